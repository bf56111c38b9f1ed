package dev.lanewise.internal.kernel;

/** The binary32 numbers. */
enum CoefficientsF32 implements Coefficients {
  /** The only instance. */
  F32;

  private static final double[] EXP = {
    0x1.fffff8p-2, 0x1.555494p-3, 0x1.555d9p-5, 0x1.123bc8p-7, 0x1.66837cp-10
  };

  private static final double[] LOG = {0x1.55557ap-1, 0x1.995ed6p-2, 0x1.31e08p-2};

  private static final double[] ERF_SMALL = {
    0x1.06eba8p-3,
    -0x1.81273ep-2,
    0x1.ce2ce6p-4,
    -0x1.b7f71ap-6,
    0x1.53f224p-8,
    -0x1.a3515ep-11,
    0x1.4771fcp-14
  };

  private static final double[] ERF_LARGE = {
    -0x1.bb66c2p-13,
    -0x1.20ab18p0,
    -0x1.464b0ep-1,
    -0x1.a94ff4p-4,
    0x1.6b6992p-6,
    -0x1.8d5fp-9,
    0x1.9873bcp-13
  };

  private static final double[] LOG_TAIL = {0x1.9999d8p-2, 0x1.245ff4p-2, 0x1.dd705ap-3};

  private static final double[] TWO_THIRDS = {0x1.555556p-1, -0x1.555556p-26};

  private static final double[] PI = {0x1.921fb6p1, -0x1.777a5cp-24, -0x1.ee59dap-49};

  private static final double[] SIN = {
    -0x1.555544p-3, 0x1.110d94p-7, -0x1.9f3644p-13, 0x1.5a9e6ep-19
  };

  private static final double[] LOG1P_UNIT = {
    0x1.555558p-4, 0x1.9996d8p-7, 0x1.250510p-9, 0x1.b72bb6p-12, 0x1.f08b0cp-14
  };

  @Override
  public double roundingMagic() {
    return 0x1.8p23;
  }

  @Override
  public double minExponent() {
    return Float.MIN_EXPONENT;
  }

  @Override
  public double log2Lift() {
    return 32;
  }

  @Override
  public double log2E() {
    return 0x1.715476p0;
  }

  @Override
  public double ln2High() {
    return 0x1.62e4p-1;
  }

  @Override
  public double ln2Low() {
    return 0x1.7f7d1cp-20;
  }

  @Override
  public double expOverflow() {
    return 89;
  }

  @Override
  public double expUnderflow() {
    return -104;
  }

  @Override
  public double[] exp() {
    return EXP;
  }

  @Override
  public double expm1Floor() {
    return -18;
  }

  @Override
  public double sqrtHalf() {
    return 0x1.6a09e6p-1;
  }

  @Override
  public double[] log() {
    return LOG;
  }

  @Override
  public double tanhCeiling() {
    return 10;
  }

  @Override
  public double tiny() {
    return 0x1p-25;
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
    return 3.9375;
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
    return 0x1p24;
  }

  @Override
  public double inversePi() {
    return 0x1.45f306p-2;
  }

  @Override
  public double angleLimit() {
    return 0x1p17;
  }

  @Override
  public double[] log1pUnit() {
    return LOG1P_UNIT;
  }
}
