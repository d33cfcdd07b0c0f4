using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Whatever type stands in whatever field of a request or an answer: a translation or a refusal with a message, never anything else.</summary>
public sealed class PairRequestPropertyTests
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1.5", "1e999", "99999999999999999999", "\"\"", "\"x\"", "\"\\ud83d\"", "\"data:,x\"", "[]", "[null]", "[1]", "[{}]", "[\"x\"]", "[[]]",
        "{}", "{\"type\":\"x\"}", "{\"type\":1}", "{\"\\ud83d\":1}", "{\"type\":\"text\"}", "{\"text\":1,\"type\":\"input_text\"}",
    ];

    private static readonly IReadOnlyList<PairVector> Requests = [.. PairVector.All.Where(vector => vector.Kind == "request")];

    private static readonly IReadOnlyList<PairVector> Answers = [.. PairVector.All.Where(vector => vector.Kind == "answer")];

    [Fact]
    public void Translate_AnyTypeInAnyField_IsTranslatedOrRefused() =>
        Prop.ForAll(Changes(Requests), change =>
        {
            try
            {
                var exchange = change.Vector.Translator.Translate(change.Bytes, PairRun.Context(change.Vector.Capabilities));
                return JsonNode.Parse(exchange.Body.Span) is JsonObject;
            }
            catch (InvalidRequestException exception)
            {
                return exception.Message.Length > 0;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void TranslateAnswer_AnyTypeInAnyField_IsTranslatedOrRefused() =>
        Prop.ForAll(Changes(Answers), change =>
        {
            try
            {
                var client = new System.Buffers.ArrayBufferWriter<byte>();
                PairRun.Exchange(change.Vector).TranslateAnswer(change.Bytes, client);
                return JsonNode.Parse(client.WrittenSpan) is JsonObject;
            }
            catch (RoutingApi.Dialects.Translation.ProviderAnswerException exception)
            {
                return exception.Message.Length > 0;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    // One to three values of a vector's JSON replaced, at places picked by numbers that FsCheck can shrink.
    private static Arbitrary<(PairVector Vector, byte[] Bytes)> Changes(IReadOnlyList<PairVector> vectors) =>
        (from vector in Gen.Elements<PairVector>(vectors)
         from places in Gen.Choose(0, 10_000).Two().ListOf()
         from value in Gen.Elements(Values)
         select (vector, Encoding.UTF8.GetBytes(Change(vector.In, places, value)))).ToArbitrary();

    private static string Change(JsonNode original, IEnumerable<(int Place, int Value)> places, string value)
    {
        var text = original.ToJsonString();
        foreach (var (place, other) in places.Take(3))
        {
            var root = Parse(text);
            var nodes = new List<JsonNode>();
            Collect(root, nodes);
            if (nodes.Count == 0)
                return text;

            // Replaced in the text, since a node cannot hold what is not valid.
            const string Mark = "\u0001replace\u0001";
            nodes[place % nodes.Count].ReplaceWith(Mark);
            text = root.ToJsonString().Replace("\"\\u0001replace\\u0001\"", other % 2 == 0 ? value : Values[other % Values.Length], StringComparison.Ordinal);
        }

        return text;
    }

    private static JsonNode Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text.Replace("\\ud83d", "?", StringComparison.Ordinal))!;
        }
        catch (ArgumentException)
        {
            return new JsonObject();
        }
    }

    private static void Collect(JsonNode? node, List<JsonNode> nodes)
    {
        var children = node switch
        {
            JsonObject item => item.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        };
        foreach (var child in children.ToList())
        {
            if (child is null)
                continue;
            nodes.Add(child);
            Collect(child, nodes);
        }
    }
}
