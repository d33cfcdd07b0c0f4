using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// One row of the vectors for Messages and Responses, and for all clients of Converse: <c>id, title, pair, kind (request, answer, stream), capabilities, request</c> (what
/// the client asked; of answers and streams), <c>in, out</c> and, of requests, <c>dropped, headers</c>; or <c>refused</c> with the field,
/// or <c>failed</c> with the status.
/// </summary>
/// <remarks>
/// Events of a stream are the objects of their data; a string in their place is sent as it is, and <c>&lt;eof&gt;</c> is only a remark. Those of
/// Converse are <c>{"messageStart": {…}}</c>, or <c>{"exception": "throttlingException", "payload": {…}}</c>.
/// </remarks>
public sealed class PairVector
{
    private readonly JsonObject _row;

    private PairVector(JsonObject row) => _row = row;

    public string Id => _row["id"]!.GetValue<string>();

    public string Kind => _row["kind"]!.GetValue<string>();

    internal Pair Translator => _row["pair"]!.GetValue<string>() switch
    {
        "responses-on-messages" => new Pair(ApiFormat.Responses, ApiFormat.Messages),
        "messages-on-responses" => new Pair(ApiFormat.Messages, ApiFormat.Responses),
        "chat-on-converse" => new Pair(ApiFormat.ChatCompletions, ApiFormat.Converse),
        "messages-on-converse" => new Pair(ApiFormat.Messages, ApiFormat.Converse),
        _ => new Pair(ApiFormat.Responses, ApiFormat.Converse),
    };

    public ModelCapabilities Capabilities => VectorCapabilities.Read(_row["capabilities"], Translator.Provider);

    public JsonNode In => _row["in"]!;

    /// <summary>What is expected; what is dropped in the order of the alphabet, for none is promised.</summary>
    public JsonObject Expected
    {
        get
        {
            var expected = new JsonObject(_row.Where(member => member.Key is "out" or "headers" or "refused" or "failed").Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
            if (_row["dropped"] is JsonArray dropped)
                expected["dropped"] = new JsonArray([.. dropped.Select(path => path!.GetValue<string>()).Order(StringComparer.Ordinal)]);
            return expected;
        }
    }

    /// <summary>The client's request that an answer or stream belongs to.</summary>
    public JsonNode Request => _row["request"] ?? JsonNode.Parse(Translator.Client switch
    {
        ApiFormat.Responses => """{"model":"m","input":"hi"}""",
        ApiFormat.Messages => """{"model":"m","max_tokens":100,"messages":[{"role":"user","content":"hi"}]}""",
        _ => """{"model":"m","stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}""",
    })!;

    public static IReadOnlyList<PairVector> All { get; } = [.. Load("responses-on-messages.json"), .. Load("messages-on-responses.json"), .. Load("converse.json")];

    /// <summary>Rows of a kind, those of Converse apart from all others.</summary>
    public static TheoryData<string> Ids(string kind, bool ofConverse = false) =>
        [.. All.Where(vector => vector.Kind == kind && (vector.Translator.Provider == ApiFormat.Converse) == ofConverse).Select(vector => vector.Id)];

    public static PairVector Find(string id) => All.Single(vector => vector.Id == id);

    public override string ToString() => $"{Id} {_row["title"]}";

    private static IEnumerable<PairVector> Load(string file) =>
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Dialects", "Translation", "Vectors", file)))!.AsArray().Select(row => new PairVector(row!.AsObject()));
}
