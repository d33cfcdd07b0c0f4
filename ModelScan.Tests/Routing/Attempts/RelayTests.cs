using System.Net.Http.Headers;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing.Attempts;

/// <summary>How an answer gets from a provider to the client, byte for byte and translated.</summary>
public sealed class RelayTests
{
    private const string Whole = """{"model":"p0/m","messages":[{"role":"user","content":"hi"}]}""";
    private const string Streamed = """{"model":"p0/m","stream":true,"messages":[{"role":"user","content":"hi"}]}""";
    private const string MessagesWhole = """{"model":"p0/m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""";
    private const string MessagesStreamed = """{"model":"p0/m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hi"}]}""";

    private static readonly string[] ChatPieces =
    [
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"}}]}\n\n",
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"}}]}\n\n",
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
    ];

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(418)]
    public async Task PassThrough_WholeAnswer_StatusAndBytesAreTheProviders(int status)
    {
        using var rig = Rig(_ => ScriptedProviders.Json("{ \"as\" :\t\"it is\" }", status));
        var answer = await rig.AttemptAsync(Whole, "p0/m");
        Assert.Equal((status, "{ \"as\" :\t\"it is\" }", false), (answer.Status, answer.Text, answer.IsBroken));
    }

    [Fact]
    public async Task PassThrough_EmptyAnswer_IsAnAnswer()
    {
        using var rig = Rig(_ => ScriptedProviders.Json("", 202));
        var answer = await rig.AttemptAsync(Whole, "p0/m");
        Assert.Equal((null, 202, ""), (answer.Error, answer.Status, answer.Text));
    }

    [Fact]
    public async Task PassThrough_AnswerLargerThanAnyPiece_ArrivesWhole()
    {
        var large = new string('x', 300_000);
        using var rig = Rig(_ => ScriptedProviders.Json(large));
        Assert.Equal(large, (await rig.AttemptAsync(Whole, "p0/m")).Text);
    }

    [Fact]
    public async Task PassThrough_Stream_EveryPieceAsItCame()
    {
        using var rig = Rig(_ => ScriptedProviders.Stream([": note\r\n\r\n", .. ChatPieces]));
        Assert.Equal($": note\r\n\r\n{string.Concat(ChatPieces)}", (await rig.AttemptAsync(Streamed, "p0/m")).Text);
    }

    [Fact]
    public async Task PassThrough_WholeAnswerBreaksOff_SoDoesTheClients()
    {
        using var rig = Rig(_ => ScriptedProviders.Stream(["{\"half\":"], new HttpIOException(HttpRequestError.ResponseEnded), "application/json"));
        var answer = await rig.AttemptAsync(Whole, "p0/m");
        Assert.Equal((null, "{\"half\":", true), (answer.Error, answer.Text, answer.IsBroken));
    }

    [Fact]
    public async Task Translated_WholeAnswer_IsInTheClientsFormat()
    {
        using var rig = Rig(_ => ScriptedProviders.Json("""{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}"""));
        var answer = await rig.RouteAsync(MessagesWhole, ApiFormat.Messages);
        Assert.Equal((null, 200), (answer.Error, answer.Status));
        Assert.Contains("\"text\":\"Hello\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("\"stop_reason\":\"end_turn\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Translated_Stream_IsInTheClientsFormatAndComplete()
    {
        using var rig = Rig(_ => ScriptedProviders.Stream(ChatPieces));
        var answer = await rig.RouteAsync(MessagesStreamed, ApiFormat.Messages);
        Assert.Equal((null, 200, false), (answer.Error, answer.Status, answer.IsBroken));
        Assert.StartsWith("event: message_start\n", answer.Text, StringComparison.Ordinal);
        Assert.EndsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Translated_CompressedAnswer_IsUnderstood(string encoding)
    {
        using var rig = Rig(_ =>
        {
            var content = new ByteArrayContent(Compressed(encoding, """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}"""));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            content.Headers.ContentEncoding.Add(encoding);
            return new HttpResponseMessage { Content = content };
        });
        Assert.Contains("\"text\":\"Hello\"", (await rig.RouteAsync(MessagesWhole, ApiFormat.Messages)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Translated_AnswerThatIsNoJson_IsAFailureOfTheProviders()
    {
        using var rig = Rig(_ => ScriptedProviders.Json("<html>"));
        var answer = await rig.RouteAsync(MessagesWhole, ApiFormat.Messages);
        Assert.Equal((502, ""), (answer.Error!.Status, answer.Text));
    }

    [Fact]
    public async Task Translated_ProvidersError_KeepsStatusAndRetryAfter()
    {
        using var rig = Rig(_ => ScriptedProviders.Json("""{"error":{"message":"slow down"}}""", 429, ("Retry-After", "7")));
        var answer = await rig.RouteAsync(MessagesWhole, ApiFormat.Messages);
        Assert.Equal((429, "p0: slow down", "7"), (answer.Error!.Status, answer.Error.Message, answer.RetryAfter));
    }

    [Fact]
    public async Task Translated_StreamBreaksOff_EndsWithAnErrorEvent()
    {
        using var rig = Rig(_ => ScriptedProviders.Stream(ChatPieces[..2], new HttpIOException(HttpRequestError.ResponseEnded)));
        var answer = await rig.RouteAsync(MessagesStreamed, ApiFormat.Messages);
        Assert.Null(answer.Error);
        Assert.Contains("event: error\n", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", answer.Text, StringComparison.Ordinal);
    }

    private static RoutingRig Rig(Func<int, HttpResponseMessage> answer) => new(new ScriptedProviders().On("p0", answer), RoutingRig.Config(1, "mode: direct"));

    private static byte[] Compressed(string encoding, string text)
    {
        using var output = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new System.IO.Compression.GZipStream(output, System.IO.Compression.CompressionLevel.Fastest),
            "br" => new System.IO.Compression.BrotliStream(output, System.IO.Compression.CompressionLevel.Fastest),
            _ => new System.IO.Compression.ZLibStream(output, System.IO.Compression.CompressionLevel.Fastest),
        })
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return output.ToArray();
    }
}
