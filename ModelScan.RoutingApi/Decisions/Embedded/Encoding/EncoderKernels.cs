namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>Finds the fastest kernel that this processor can run.</summary>
internal static class EncoderKernels
{
    /// <summary>Rows are worked on in blocks of this many.</summary>
    public const int RowBlock = 4;

    /// <summary>Columns of float products come in blocks of this many.</summary>
    public const int ColumnBlock = 16;

    /// <summary>The fastest kernel for this processor.</summary>
    public static IEncoderKernel Best { get; } =
        Avx512Kernel.IsSupported ? new Avx512Kernel()
        : Avx2Kernel.IsSupported ? new Avx2Kernel()
        : Vector128Kernel.IsSupported ? new Vector128Kernel()
        : new ScalarKernel();

    /// <summary><paramref name="count"/> rounded up to whole blocks.</summary>
    public static int RoundUp(int count, int block) => (count + block - 1) / block * block;
}
