using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Providers;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Providers;

/// <summary>A key in an error event is masked wherever the stream is cut; every other byte passes as it came.</summary>
public sealed class MaskedStreamTests
{
    private const string Key = "sk-proj-Zx81fQ77LmNa02pRtY45wVbKcD93";
    private const string Before = ": a comment\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n";
    private const string Error = "event: error\ndata: {\"message\":\"key " + Key + " was revoked\"}\n\n";
    private const string After = "data: [DONE]\n\n";

    private static readonly string Masked = Error.Replace(Key, new string('*', Key.Length), StringComparison.Ordinal);

    [Fact]
    public async Task Events_CutAtEveryByte_ShowNoKeyAndAreOtherwiseTheSame()
    {
        var bytes = Encoding.UTF8.GetBytes(Before + Error + After);
        for (var cut = 1; cut < bytes.Length; cut++)
            Assert.Equal(Before + Masked + After, Text(await ReadAsync(Events, bytes[..cut], bytes[cut..])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public async Task Events_InSmallPieces_ShowNoKey(int length) =>
        Assert.Equal(Before + Masked + After, Text(await ReadAsync(Events, Pieces(Encoding.UTF8.GetBytes(Before + Error + After), length))));

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task Events_WithOtherLineEnds_ShowNoKey(string line)
    {
        var text = (Before + Error + After).Replace("\n", line, StringComparison.Ordinal);
        Assert.Equal(
            (Before + Masked + After).Replace("\n", line, StringComparison.Ordinal),
            Text(await ReadAsync(Events, Pieces(Encoding.UTF8.GetBytes(text), 5))));
    }

    [Fact]
    public async Task Event_WholeInItsPiece_IsPassedOnAtOnce()
    {
        var pieces = await PiecesOfAsync(Events, Encoding.UTF8.GetBytes(Before), Encoding.UTF8.GetBytes(After));
        Assert.Equal([Before, After], pieces.Select(Text));
    }

    [Fact]
    public async Task Comment_WithoutABlankLine_IsPassedOnAtOnce()
    {
        var pieces = await PiecesOfAsync(Events, ": ping\n"u8.ToArray(), ": ping\n"u8.ToArray(), Encoding.UTF8.GetBytes(After));
        Assert.Equal([": ping\n", ": ping\n", After], pieces.Select(Text));
    }

    [Theory]
    [InlineData("data: {\"error\":\"bad key " + Key + "\"}")]
    [InlineData("data: {\"message\":\"bad key " + Key + "\",\"type\":\"invalid_request_error\"}\n")]
    public async Task Event_ThatTheStreamEndsIn_ShowsNoKey(string unfinished) =>
        Assert.Equal(unfinished.Replace(Key, new string('*', Key.Length), StringComparison.Ordinal), Text(await ReadAsync(Events, Pieces(Encoding.UTF8.GetBytes(unfinished), 9))));

    [Fact]
    public async Task Event_ThatTheStreamBreaksOffIn_ArrivesBeforeTheFailure()
    {
        using var request = Request();
        await using var stream = Events(new PiecewiseStream(["data: {\"cho"], new HttpIOException(HttpRequestError.ResponseEnded)), request);
        var buffer = new byte[100];
        Assert.Equal("data: {\"cho", Text(buffer[..await stream.ReadAsync(buffer)]));
        await Assert.ThrowsAsync<HttpIOException>(() => stream.ReadAsync(buffer, 0, 1));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(70_000)]
    public async Task Event_LargerThanIsKept_PassesWholeAndShowsNoKey(int length)
    {
        // The key stands where parts meet, whatever their length.
        var filler = string.Concat(Enumerable.Repeat("0123456789abcdef", MaskedEventStream.LargestWhole / 16));
        var text = $"data: {{\"error\":\"{filler}{string.Concat(Enumerable.Repeat($"{Key} and ", 2000))}\"}}\n\n{Before}";
        Assert.Equal(text.Replace(Key, new string('*', Key.Length), StringComparison.Ordinal), Text(await ReadAsync(Events, Pieces(Encoding.UTF8.GetBytes(text), length))));
    }

    [Fact]
    public async Task Event_LargeAndNoError_PassesUntouched()
    {
        var text = $"data: {{\"b64_json\":\"{new string('A', 3 * MaskedEventStream.LargestWhole)}\"}}\n\n{After}";
        Assert.Equal(text, Text(await ReadAsync(Events, Pieces(Encoding.UTF8.GetBytes(text), 16_384))));
    }

    [Fact]
    public async Task Frames_CutAtEveryByte_ShowNoKeyAndHaveTheirChecksums()
    {
        var good = ConverseFrames.Of(new JsonObject { ["contentBlockDelta"] = new JsonObject { ["delta"] = new JsonObject { ["text"] = "Hel" } } });
        var exception = ConverseFrames.Of(new JsonObject { ["exception"] = "validationException", ["payload"] = new JsonObject { ["message"] = $"key {Key} was revoked" } });
        var error = ConverseFrames.Of(new JsonObject { ["error"] = "AccessDenied", ["message"] = $"key {Key} was revoked" });
        byte[] bytes = [.. good, .. exception, .. error];
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var read = await ReadAsync(Frames, bytes[..cut], bytes[cut..]);
            Assert.Equal(bytes.Length, read.Length);
            Assert.Equal(good, read[..good.Length]);
            Assert.Equal(["", $"{{\"message\":\"key {new string('*', Key.Length)} was revoked\"}}", $"key {new string('*', Key.Length)} was revoked"], Errors(read));
        }
    }

    [Fact]
    public async Task Frames_LargeOrDamaged_PassUntouched()
    {
        var large = ConverseFrames.Frame([(":event-type", "error")], new byte[300_000]);
        byte[] bytes = [.. large, .. "no frame at all, and an exception"u8];
        Assert.Equal(bytes, await ReadAsync(Frames, Pieces(bytes, 7000)));
    }

    // Each message's error, empty for an event; the reader checks checksums.
    private static List<string> Errors(byte[] bytes)
    {
        using var reader = new EventStreamReader();
        reader.Append(bytes);
        var errors = new List<string>();
        while (reader.TryRead(out var message))
            errors.Add(message.MessageType.SequenceEqual("event"u8) ? "" : Text(message.Payload.IsEmpty ? message.ErrorMessage.ToArray() : message.Payload.ToArray()));
        return errors;
    }

    private static Stream Events(Stream inner, HttpRequestMessage request) => new MaskedEventStream(inner, request.Headers);

    private static Stream Frames(Stream inner, HttpRequestMessage request) => new MaskedFrameStream(inner, request.Headers);

    private static HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage();
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Key}");
        return request;
    }

    private static byte[][] Pieces(byte[] bytes, int length) => [.. bytes.Chunk(length)];

    private static async Task<byte[]> ReadAsync(Func<Stream, HttpRequestMessage, Stream> mask, params byte[][] pieces) => [.. (await PiecesOfAsync(mask, pieces)).SelectMany(piece => piece)];

    private static async Task<List<byte[]>> PiecesOfAsync(Func<Stream, HttpRequestMessage, Stream> mask, params byte[][] pieces)
    {
        using var request = Request();
        await using var stream = mask(new PiecewiseStream(pieces), request);
        var read = new List<byte[]>();
        var buffer = new byte[16_384];
        while (await stream.ReadAsync(buffer) is > 0 and var length)
            read.Add(buffer[..length]);
        return read;
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
