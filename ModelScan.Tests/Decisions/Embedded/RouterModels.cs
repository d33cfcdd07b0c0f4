using System.Collections.Concurrent;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoding;

namespace ModelScan.Tests.Decisions.Embedded;

/// <summary>The shipped model, loaded once per kernel for all tests.</summary>
internal static class RouterModels
{
    private static readonly ConcurrentDictionary<string, Lazy<RouterModel>> Loaded = new();
    private static readonly ConcurrentDictionary<string, PromptVectors> Vectors = new();

    /// <summary>The kernels by name.</summary>
    public static IReadOnlyList<string> Kernels { get; } = ["avx512", "avx2", "vector128", "scalar"];

    /// <summary>As shipped, with the fastest kernel of this machine.</summary>
    public static RouterModel Best => Loaded.GetOrAdd("best", _ => new(() => RouterModel.Load())).Value;

    /// <summary>Vectors of <see cref="Best"/>, shared by the tests that do not count encodings.</summary>
    public static PromptVectors BestVectors { get; } = new(Best);

    /// <summary>The vectors of golden texts, shared so that the scalar kernel encodes each text once.</summary>
    public static PromptVectors VectorsWith(string kernel) => Vectors.GetOrAdd(kernel, _ => new PromptVectors(With(kernel)));

    /// <summary>The plain reference method with a kernel of choice; skips the test where the processor cannot run it.</summary>
    public static RouterModel With(string kernel)
    {
        var arithmetic = Kernel(kernel);
        return Loaded.GetOrAdd(kernel, _ => new(() => RouterModel.Load(arithmetic, RouterModel.ReferenceCalibrationFile))).Value;
    }

    /// <summary>A kernel by name; skips the test where the processor cannot run it.</summary>
    public static IEncoderKernel Kernel(string kernel)
    {
        Skip.If(kernel == "avx512" && !Avx512Kernel.IsSupported, "skipped: this processor has no AVX-512");
        Skip.If(kernel == "avx2" && !Avx2Kernel.IsSupported, "skipped: this processor has no AVX2 with FMA");
        Skip.If(kernel == "vector128" && !Vector128Kernel.IsSupported, "skipped: this processor has no vectors");
        return kernel switch
        {
            "avx512" => new Avx512Kernel(),
            "avx2" => new Avx2Kernel(),
            "vector128" => new Vector128Kernel(),
            _ => new ScalarKernel(),
        };
    }
}
