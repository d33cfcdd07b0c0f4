using System.Text;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoding;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class RouterModelTests
{
    [Fact]
    public void AnchorVectors_Shipped_EqualFreshEncodings()
    {
        using var texts = new StreamReader(RouterModel.Open(RouterModel.AnchorTextsFile));
        var fresh = AnchorVectors.Encode(AnchorVectors.ReadTexts(texts), RouterModels.Best.Encoder);

        Assert.Equal(fresh.Count, RouterModels.Best.Anchors.Count);
        for (var anchor = 0; anchor < fresh.Count; anchor++)
        {
            for (var i = 0; i < SentenceEncoder.VectorLength; i++)
                Assert.Equal(fresh[anchor][i], RouterModels.Best.Anchors[anchor][i], 1e-4f);
        }
    }

    [Fact]
    public void AnchorVectors_WrittenAndRead_AreTheSame()
    {
        using var file = new MemoryStream();
        RouterModels.Best.Anchors.Write(file);
        file.Position = 0;

        var read = AnchorVectors.Read(file);

        Assert.Equal(RouterModels.Best.Anchors[5].ToArray(), read[5].ToArray());
    }

    [Fact]
    public void FillerAnchors_Shipped_AreThoseNamedInTheCalibration()
    {
        Assert.Equal(RouterModels.Best.Calibration.Conversation.Fillers.Count, RouterModels.Best.FillerAnchors.Count);
    }

    [Fact]
    public void Verify_DamagedFile_Throws()
    {
        var bytes = "weights"u8.ToArray();
        var checksum = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes));
        RouterModel.Verify(new MemoryStream(bytes), "file", checksum);
        bytes[3] ^= 1;

        Assert.Throws<InvalidDataException>(() => RouterModel.Verify(new MemoryStream(bytes), "file", checksum));
    }

    [Fact]
    public void EncoderWeights_OtherFormatVersion_Throws()
    {
        var error = Assert.Throws<InvalidDataException>(() => EncoderWeights.Read(new MemoryStream("SRENC002 and so on"u8.ToArray())));

        Assert.Contains("SRENC001", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EncoderWeights_CutOff_Throws()
    {
        using var whole = RouterModel.Open(RouterModel.EncoderFile);
        var bytes = new byte[100_000];
        whole.ReadExactly(bytes);

        Assert.Throws<EndOfStreamException>(() => EncoderWeights.Read(new MemoryStream(bytes)));
    }

    [Fact]
    public void EncoderWeights_MoreThanExpected_Throws()
    {
        using var whole = RouterModel.Open(RouterModel.EncoderFile);
        var bytes = new byte[whole.Length + 1];
        whole.ReadExactly(bytes.AsSpan(0, (int)whole.Length));

        Assert.Throws<InvalidDataException>(() => EncoderWeights.Read(new MemoryStream(bytes)));
    }

    [Fact]
    public void EncoderWeights_TensorOfAnotherShape_Throws()
    {
        using var whole = RouterModel.Open(RouterModel.EncoderFile);
        var bytes = new byte[whole.Length];
        whole.ReadExactly(bytes);

        // The number of columns of the piece embeddings, behind format name, frequencies, dimensions and rows.
        bytes[520 + 8] = 7;

        Assert.Throws<InvalidDataException>(() => EncoderWeights.Read(new MemoryStream(bytes)));
    }

    [Theory]
    [InlineData("""{"version": 2}""")]
    [InlineData("""{"version": 1}""")]
    [InlineData("""{"version": 1, "lexical": {}, "multiTurn": 3}""")]
    [InlineData("not json")]
    public void RouterCalibration_UnknownOrIncomplete_Throws(string json)
    {
        Assert.Throws<InvalidDataException>(() => RouterCalibration.Read(new MemoryStream(Encoding.UTF8.GetBytes(json))));
    }
}
