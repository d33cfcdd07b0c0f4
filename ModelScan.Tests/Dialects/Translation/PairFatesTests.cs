using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>The tables of fates say what happens: each row is tried with a request that has the field.</summary>
public sealed class PairFatesTests
{
    private static readonly IReadOnlyList<JsonObject> Samples = [.. Load("pair-fates.json"), .. Load("converse-fates.json")];

    public static IEnumerable<object[]> Rows => Pairs.SelectMany(pair => pair.Value.Fates.Where(IsOfRequest).Select(fate => new object[] { pair.Key, fate.Field }));

    private static Dictionary<string, (ITranslator Translator, IReadOnlyList<FieldFate> Fates, string Request)> Pairs { get; } =
        new(StringComparer.Ordinal)
        {
            ["responses-on-messages"] = (new ResponsesClientOnMessages(), ResponsesClientOnMessages.FieldFates, """{"model":"m","input":"hi"}"""),
            ["chat-on-converse"] = (new ChatClientOnConverse(), ChatClientOnConverse.FieldFates, """{"model":"m","messages":[{"role":"user","content":"hi"}]}"""),
            ["messages-on-converse"] = (new MessagesClientOnConverse(), MessagesClientOnConverse.FieldFates, """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"""),
            ["responses-on-converse"] = (new ResponsesClientOnConverse(), ResponsesClientOnConverse.FieldFates, """{"model":"m","input":"hi"}"""),
            ["messages-on-responses"] = (new MessagesClientOnResponses(), MessagesClientOnResponses.FieldFates, """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"""),
        };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Translate_FieldOfTheTable_HasItsFate(string pair, string field)
    {
        var (translator, fates, request) = Pairs[pair];
        var fate = fates.Single(row => row.Field == field).Fate;
        var sample = Samples.Single(row => row["pair"]!.GetValue<string>() == pair && row["field"]!.GetValue<string>() == field);
        var body = JsonNode.Parse(request)!.AsObject();
        foreach (var (name, value) in sample["patch"]!.AsObject())
            body[name] = value?.DeepClone();
        var capabilities = VectorCapabilities.Read(sample["capabilities"], translator.Provider);

        TranslatedExchange Translate() => translator.Translate(Encoding.UTF8.GetBytes(body.ToJsonString()), PairRun.Context(capabilities));
        if (fate == Fate.Refused)
        {
            var refusal = Assert.Throws<InvalidRequestException>(Translate);
            Assert.StartsWith(WithoutIndexes(refusal.Field!), field, StringComparison.Ordinal);
        }
        else if (fate == Fate.Dropped)
        {
            Assert.Equal([field], Translate().Dropped);
        }
        else
        {
            Assert.Empty(Translate().Dropped);
        }
    }

    [Fact]
    public void FieldFates_EachField_StandsOnce() => Assert.All(Pairs.Values, pair => Assert.Distinct(pair.Fates.Select(fate => fate.Field)));

    private static IEnumerable<JsonObject> Load(string file) =>
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Dialects", "Translation", "Vectors", file)))!.AsArray().Select(sample => sample!.AsObject());

    private static bool IsOfRequest(FieldFate fate) =>
        !fate.Field.StartsWith("answer.", StringComparison.Ordinal) && !fate.Field.StartsWith("stream.", StringComparison.Ordinal);

    private static string WithoutIndexes(string path)
    {
        var plain = new StringBuilder();
        var inside = false;
        foreach (var character in path)
        {
            inside = character == '[' || (inside && character != ']');
            if (!inside && character != ']')
                plain.Append(character);
        }

        return plain.ToString();
    }
}
