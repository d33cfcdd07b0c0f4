using ModelScan.RoutingApi.Decisions.Embedded.Encoding;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class SentenceEncoderTests
{
    private const float Tolerance = 1e-3f;

    public static TheoryData<string, int> TextsPerKernel()
    {
        var rows = new TheoryData<string, int>();
        foreach (var kernel in RouterModels.Kernels)
        {
            for (var i = 0; i < GoldenFile.Texts.Count; i++)
                rows.Add(kernel, i);
        }

        return rows;
    }

    [SkippableTheory]
    [MemberData(nameof(TextsPerKernel))]
    public void Encode_GoldenText_GivesReferenceVector(string kernel, int line)
    {
        var golden = GoldenFile.Texts[line];
        var vector = new float[SentenceEncoder.VectorLength];

        RouterModels.With(kernel).Encoder.Encode(golden.Text, vector);

        for (var i = 0; i < golden.Vector.Length; i++)
            Assert.Equal(golden.Vector[i], vector[i], Tolerance);
        Assert.Equal(1, vector.Sum(x => (double)x * x), 1e-5);
    }
}
