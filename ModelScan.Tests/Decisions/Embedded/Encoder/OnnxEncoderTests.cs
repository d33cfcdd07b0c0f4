using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.Tests.Decisions.Embedded.Encoder;

public sealed class OnnxEncoderTests
{
    public static TheoryData<int> Lines() => new(Enumerable.Range(0, GoldenFile.Texts.Count));

    [Theory]
    [MemberData(nameof(Lines))]
    public void Encode_GoldenText_GivesTheReferencesVector(int line)
    {
        var golden = GoldenFile.Texts[line];
        var expected = golden.Vector!;

        var vector = ShippedClassifier.Model.Encoder.Encode(golden.Ids);

        // Eight-bit kernels round differently from processor to processor.
        Assert.All(expected.Zip(vector), pair => Assert.Equal(pair.First, pair.Second, 1e-2f));
        Assert.InRange(1 - Cosine(expected, vector.AsSpan(0, expected.Length)), -1e-6, 1e-3);
        Assert.Equal(1, vector.Sum(x => (double)x * x), 1e-5);
    }

    [Fact]
    public async Task Encode_ManyThreads_GiveTheVectorsOfOne()
    {
        var texts = GoldenFile.Texts.Take(16).ToArray();
        var expected = texts.Select(text => ShippedClassifier.Model.Encoder.Encode(text.Ids)).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(t => Task.Run(() =>
        {
            for (var i = 0; i < texts.Length; i++)
                Assert.Equal(expected[(i + t) % texts.Length], ShippedClassifier.Model.Encoder.Encode(texts[(i + t) % texts.Length].Ids));
        })));
    }

    [Fact]
    public void Open_FileThatIsNoModel_SaysSo()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "this is no model");
        try
        {
            var exception = Assert.Throws<EncoderUnavailableException>(() => new OnnxEncoder(path, Pooling.Mean));
            Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void LoadShipped_FilesMissingOrDamaged_SaysWhich()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var missing = Assert.Throws<EncoderUnavailableException>(() => EncoderModel.LoadShipped(folder.FullName));
            Assert.Contains(EncoderFiles.Model, missing.Message, StringComparison.Ordinal);

            File.WriteAllText(Path.Combine(folder.FullName, EncoderFiles.Model), "damaged");
            var damaged = Assert.Throws<EncoderUnavailableException>(() => EncoderModel.LoadShipped(folder.FullName));
            Assert.Contains("damaged", damaged.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, aa = 0, bb = 0;
        for (var i = 0; i < a.Length; i++)
            (dot, aa, bb) = (dot + a[i] * b[i], aa + a[i] * a[i], bb + b[i] * b[i]);
        return dot / Math.Sqrt(aa * bb);
    }
}
