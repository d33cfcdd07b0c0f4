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

    [Theory]
    [InlineData("short", 0)]
    [InlineData("a long text about many things, a long text about many things, a long text about many things, and so on", 0)]
    [InlineData("naïve café, ﬁne", 256)] // What the runtime's Unicode normalisation allocates.
    public void Encode_SteadyState_AllocatesNothing(string text, long allowance)
    {
        // Its own encoder: on a shared one, tests that run at the same time may have emptied the pool.
        var encoder = RouterModel.LoadEncoder();
        var vector = new float[SentenceEncoder.VectorLength];
        encoder.Encode(text, vector);

        // The runtime itself now and then allocates on a thread (a method compiled anew): the best of ten counts.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            encoder.Encode(text, vector);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 0, allowance);
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
