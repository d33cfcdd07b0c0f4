using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Runs the translators between Messages and Chat Completions.</summary>
public static class ChatMessagesPair
{
    public static Pair Of(ApiFormat client) => client == ApiFormat.Messages ? new Pair(ApiFormat.Messages, ApiFormat.ChatCompletions) : new Pair(ApiFormat.ChatCompletions, ApiFormat.Messages);

    public static TranslatedExchange Translate(ApiFormat client, string profile, byte[] request) => Of(client).Translate(request, Profiles.Context(client, profile));

    /// <summary>An exchange whose request is as plain as possible.</summary>
    public static TranslatedExchange Exchange(ApiFormat client, string profile, string[]? tools = null, bool usage = false)
    {
        var offered = string.Join(',', (tools ?? []).Select(name => $$"""{"name":"{{name}}"}"""));
        var more = client == ApiFormat.Messages ? $"\"tools\":[{offered}]" : "\"stream_options\":{\"include_usage\":" + (usage ? "true}" : "false}");
        return Translate(client, profile, Encoding.UTF8.GetBytes($$"""{"model":"a","messages":[{"role":"user","content":"hi"}],{{more}}}"""));
    }

    public static string Answer(TranslatedExchange exchange, byte[] answer)
    {
        var output = new ArrayBufferWriter<byte>();
        exchange.TranslateAnswer(answer, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Sends the pieces through a stream and ends it.</summary>
    public static string Stream(TranslatedExchange exchange, params IEnumerable<ReadOnlyMemory<byte>> pieces) => Stream(exchange.OpenStream(), pieces);

    public static string Stream(StreamTranslation stream, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
            stream.Write(piece.Span, output);
        stream.End(output);
        Assert.True(stream.IsComplete);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
