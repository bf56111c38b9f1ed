package dev.lanewise.internal.kernel;

/** The binary64 numbers. */
enum CoefficientsF64 implements Coefficients {
  /** The only instance. */
  F64;

  private static final double[] EXP = {
    0x1p-1,
    0x1.555555555555ep-3,
    0x1.5555555555571p-5,
    0x1.111111110e04dp-7,
    0x1.6c16c16c066eep-10,
    0x1.a01a01b7f5b65p-13,
    0x1.a01a0205a092cp-16,
    0x1.71dde58f640c7p-19,
    0x1.27e3f502b979dp-22,
    0x1.af7d4f0b34cc0p-26,
    0x1.20fa44e32726cp-29
  };

  private static final double[] LOG = {
    0x1.555555555557cp-1,
    0x1.9999999985763p-2,
    0x1.2492493ddd7c2p-2,
    0x1.c71c54e50c566p-3,
    0x1.7465b96a6eb26p-3,
    0x1.39adf1a96e9c6p-3,
    0x1.2e93fbdc8da05p-3
  };

  private static final double[] ERF_SMALL = {
    0x1.06eba8214db68p-3,
    -0x1.812746b03799dp-2,
    0x1.ce2f21a03f8c0p-4,
    -0x1.b82ce311a9c69p-6,
    0x1.565bcceeea4d4p-8,
    -0x1.c02daeba7d2c7p-11,
    0x1.f9a29721b4144p-14,
    -0x1.f4c837249fb5ep-17,
    0x1.b96bb7218db4bp-20,
    -0x1.5b8f1365acbe2p-23,
    0x1.d3f26f3980df5p-27,
    -0x1.a283049b4a1e8p-31
  };

  private static final double[] ERF_LARGE = {
    -0x1.0e5d0814e105bp-21,
    -0x1.20dd1fb5a57b5p0,
    -0x1.45f6285fa8980p-1,
    -0x1.a4ac45ca59174p-4,
    0x1.3721e95dc551bp-6,
    0x1.aece60b52f812p-12,
    -0x1.f6504ba43f44ep-10,
    0x1.942325f7d261dp-11,
    -0x1.1b78a8b1cf1b6p-13,
    -0x1.53039c76ece98p-16,
    0x1.7e803f20776ffp-16,
    -0x1.229359b04e40bp-17,
    0x1.1e68d130fb9cap-19,
    -0x1.907ca7d87299bp-22,
    0x1.8e672da8fadfap-25,
    -0x1.0e17468befbcfp-28,
    0x1.c1345f666646cp-33,
    -0x1.5a69774cbfdaap-38
  };

  private static final double[] LOG_TAIL = {
    0x1.99999999999dfp-2,
    0x1.2492492479ccap-2,
    0x1.c71c720369068p-3,
    0x1.745cf6db6568cp-3,
    0x1.3b1cc8c5d6c2ap-3,
    0x1.0fadfc669ca8dp-3,
    0x1.0cb3b2ac71a80p-3
  };

  private static final double[] TWO_THIRDS = {0x1.5555555555555p-1, 0x1.5555555555555p-55};

  private static final double[] PI = {
    0x1.921fb54442d18p1, 0x1.1a62633145c07p-53, -0x1.f1976b7ed8fbcp-109
  };

  private static final double[] SIN = {
    -0x1.5555555555555p-3,
    0x1.11111111110c4p-7,
    -0x1.a01a01a0147c8p-13,
    0x1.71de3a5270d0fp-19,
    -0x1.ae6454bb981c8p-26,
    0x1.6123c63bf5465p-33,
    -0x1.ae41a3f6a706ep-41,
    0x1.87fdc0e78d7cdp-49
  };

  private static final double[] LOG1P_UNIT = {
    0x1.5555555555556p-4,
    0x1.9999999999656p-7,
    0x1.24924924ba517p-9,
    0x1.c71c71a9aadaap-12,
    0x1.745d1d713d32fp-14,
    0x1.3b12e3adc57efp-16,
    0x1.11226b91a5ae2p-18,
    0x1.dff414f4810a5p-21,
    0x1.c100276b1dbbap-23,
    0x1.2011b71df928fp-25,
    0x1.5001a783bc3c1p-26
  };

  @Override
  public double roundingMagic() {
    return 0x1.8p52;
  }

  @Override
  public double minExponent() {
    return Double.MIN_EXPONENT;
  }

  @Override
  public double log2Lift() {
    return 64;
  }

  @Override
  public double log2E() {
    return 0x1.71547652b82fep0;
  }

  @Override
  public double ln2High() {
    return 0x1.62e42fefa4p-1;
  }

  @Override
  public double ln2Low() {
    return -0x1.8432a1b0e2634p-43;
  }

  @Override
  public double expOverflow() {
    return 710;
  }

  @Override
  public double expUnderflow() {
    return -746;
  }

  @Override
  public double[] exp() {
    return EXP;
  }

  @Override
  public double expm1Floor() {
    return -40;
  }

  @Override
  public double sqrtHalf() {
    return 0x1.6a09e667f3bcdp-1;
  }

  @Override
  public double[] log() {
    return LOG;
  }

  @Override
  public double tanhCeiling() {
    return 20;
  }

  @Override
  public double tiny() {
    return 0x1p-54;
  }

  @Override
  public double[] erfSmall() {
    return ERF_SMALL;
  }

  @Override
  public double[] erfLarge() {
    return ERF_LARGE;
  }

  @Override
  public double erfCeiling() {
    return 5.9375;
  }

  @Override
  public double[] logTail() {
    return LOG_TAIL;
  }

  @Override
  public double[] twoThirds() {
    return TWO_THIRDS;
  }

  @Override
  public double[] pi() {
    return PI;
  }

  @Override
  public double[] sin() {
    return SIN;
  }

  @Override
  public double evenFrom() {
    return 0x1p53;
  }

  @Override
  public double inversePi() {
    return 0x1.45f306dc9c883p-2;
  }

  @Override
  public double angleLimit() {
    return 0x1p48;
  }

  @Override
  public double[] log1pUnit() {
    return LOG1P_UNIT;
  }
}
