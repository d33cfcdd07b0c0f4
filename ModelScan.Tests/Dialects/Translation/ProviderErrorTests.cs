using System.Buffers;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>The vectors of provider-errors.json: what providers say when they fail, and what the client hears.</summary>
public sealed class ProviderErrorTests
{
    private const string File = "provider-errors.json";

    public static TheoryData<string> Ids => VectorFile.Ids(File);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Read_AnswerOfFailedProvider_KeepsWhatItSays(string id)
    {
        var vector = VectorFile.Find(File, id);
        var expected = vector.Row.GetProperty("expected");
        var error = Read(vector);
        Assert.Equal(expected.GetProperty("status").GetInt32(), error.Error.Status);
        Assert.Equal(expected.GetProperty("message").GetString(), error.Error.Message);
        Assert.Equal(expected.GetProperty("anthropic").GetString(), TypeFor(error.Error, ApiFormat.Messages));
        Assert.Equal(expected.GetProperty("openai").GetString(), TypeFor(error.Error, ApiFormat.ChatCompletions));
        if (expected.TryGetProperty("code", out var code))
            Assert.Equal(code.GetString(), error.Error.Code);
        Assert.Equal(expected.TryGetProperty("retryAfter", out var after) ? TimeSpan.FromSeconds(after.GetDouble()) : null, error.RetryAfter);
        Assert.Equal(expected.TryGetProperty("quota", out _), error.IsQuotaExhausted);
        Assert.Equal(expected.TryGetProperty("overflow", out _), error.IsContextOverflow);
        Assert.Equal(expected.TryGetProperty("parameter", out var parameter) ? parameter.GetString() : null, error.UnsupportedParameter);
    }

    [Fact]
    public void Read_AnyBytes_GivesAnErrorWithAMessage()
    {
        var random = new Random(7);
        var seeds = VectorFile.Load(File).Values.Select(Body).ToList();
        for (var i = 0; i < 3000; i++)
        {
            var body = seeds[random.Next(seeds.Count)].ToArray();
            for (var change = random.Next(4); change > 0 && body.Length > 0; change--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            var error = ProviderError.Read("acme", random.Next(2) == 0 ? 200 : 500, body.AsSpan(0, random.Next(body.Length + 1)), _ => null, TimeProvider.System);
            Assert.NotEmpty(error.Error.Message);
            Assert.InRange(error.Error.Status, 400, 599);
        }
    }

    private static ProviderError Read(Vector vector)
    {
        var headers = vector.Row.GetProperty("headers");
        return ProviderError.Read(
            "acme",
            vector.Row.GetProperty("http").GetInt32(),
            Body(vector),
            name => headers.TryGetProperty(name, out var value) ? value.GetString() : null,
            VectorClock.Create());
    }

    private static byte[] Body(Vector vector) =>
        vector.Find("text") is { } text ? Encoding.UTF8.GetBytes(text.GetString()!) : vector.Bytes("body");

    private static string TypeFor(ClientError error, ApiFormat format)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
            error.WriteTo(json, format);
        using var document = JsonDocument.Parse(output.WrittenMemory);
        return document.RootElement.GetProperty("error").GetProperty("type").GetString()!;
    }
}
