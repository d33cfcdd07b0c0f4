using ModelScan.RoutingApi.Decisions.Embedded;
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

    [Fact]
    public void Encode_SteadyState_AllocatesNothing()
    {
        var encoder = RouterModels.Best.Encoder;
        var vector = new float[SentenceEncoder.VectorLength];
        string[] texts = ["short", "naïve café, ﬁne", string.Concat(Enumerable.Repeat("a long text about many things ", 40))];
        foreach (var text in texts)
            encoder.Encode(text, vector);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var text in texts)
            encoder.Encode(text, vector);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Encode_MillionCharacters_CostsNoMoreThanTheCap()
    {
        var encoder = RouterModel.LoadEncoder();
        var vector = new float[SentenceEncoder.VectorLength];

        encoder.Encode(string.Concat(Enumerable.Repeat("word ", 200_000)), vector);

        Assert.Equal(SentenceEncoder.MaxPieces, encoder.EncodedPieces);
        Assert.Equal(1, encoder.EncodedTexts);
    }

    [Fact]
    public async Task Encode_SixtyFourThreads_GiveTheVectorsOfOne()
    {
        var encoder = RouterModels.Best.Encoder;
        string[] texts = ["a", "two words", "three short words", "naïve café", "parseHTTPRequest"];
        var expected = texts.Select(Encode).ToArray();
        using var start = new Barrier(64);

        var threads = Enumerable.Range(0, 64).Select(t => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TimeSpan.FromSeconds(30));
                for (var i = 0; i < texts.Length; i++)
                    Assert.Equal(expected[(i + t) % texts.Length], Encode(texts[(i + t) % texts.Length]));
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));

        await Task.WhenAll(threads);

        float[] Encode(string text)
        {
            var vector = new float[SentenceEncoder.VectorLength];
            encoder.Encode(text, vector);
            return vector;
        }
    }
}
