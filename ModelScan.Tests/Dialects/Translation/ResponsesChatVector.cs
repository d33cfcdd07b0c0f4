using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// One vector between Responses and Chat Completions. <c>in</c> is what comes, <c>out</c> what is expected: of requests exactly that, of
/// answers and events at least that (fields that it does not name may be there). <c>refused</c> names the field of an
/// <c>InvalidRequestException</c>, <c>failed</c> words of a <c>ProviderAnswerException</c>. <c>request</c> is the client's request that
/// an answer or a stream belongs to.
/// </summary>
public sealed record ResponsesChatVector(string Id, string Title, ModelCapabilities? Capabilities, JsonObject? Request, JsonNode In, JsonNode? Out, string? Refused, string? Failed, string[]? Dropped)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What comes, as JSON with no more escapes than need be.</summary>
    public byte[] Bytes => JsonSerializer.SerializeToUtf8Bytes(In, Plain);

    /// <summary>Lines of a stream, each ended by a line feed; where none of them is empty, an empty line follows each.</summary>
    public string Stream
    {
        get
        {
            var lines = In.AsArray().Select(line => line!.GetValue<string>()).ToArray();
            return string.Concat(lines.Select(line => line + (lines.Contains("") ? "\n" : "\n\n")));
        }
    }

    /// <summary>Translates the client's request of an answer or stream.</summary>
    public TranslatedExchange Exchange(bool isResponsesClient)
    {
        var request = (JsonObject)(Request?.DeepClone() ?? new JsonObject());
        request["model"] = "client";
        if (isResponsesClient && !request.ContainsKey("input"))
            request["input"] = "hi";
        if (!isResponsesClient && !request.ContainsKey("messages"))
            request["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "hi" });

        // Indented, because an event must stay on one line however the request was written.
        return Translate(isResponsesClient, JsonSerializer.SerializeToUtf8Bytes(request, Indented));
    }

    public TranslatedExchange Translate(bool isResponsesClient, ReadOnlyMemory<byte> body) =>
        Translator(isResponsesClient).Translate(body, Context(Capabilities ?? new ModelCapabilities()));

    public static Pair Translator(bool isResponsesClient) => isResponsesClient ? new Pair(ApiFormat.Responses, ApiFormat.ChatCompletions) : new Pair(ApiFormat.ChatCompletions, ApiFormat.Responses);

    /// <summary>A context whose clock stands still and whose ids count from 1.</summary>
    public static TranslationContext Context(ModelCapabilities capabilities)
    {
        var number = 0;
        return new TranslationContext("client", "provider", capabilities, VectorClock.Create(), () => $"id{++number:D22}") { ProviderName = "acme" };
    }

    public override string ToString() => $"{Id} {Title}";

    public static ResponsesChatVector Find(string file, string id) => Load(file).Single(vector => vector.Id == id);

    public static ResponsesChatVector[] Load(string file) =>
        JsonSerializer.Deserialize<ResponsesChatVector[]>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Dialects", "Translation", "Vectors", $"{file}.json")), Options)!;

    /// <summary>File and id of every vector of a kind: requests, answers or streams.</summary>
    public static TheoryData<string, string> Ids(string kind)
    {
        var ids = new TheoryData<string, string>();
        foreach (var file in (string[])[$"responses-on-chat.{kind}", $"chat-on-responses.{kind}"])
        {
            foreach (var vector in Load(file))
                ids.Add(file, vector.Id);
        }

        return ids;
    }
}
