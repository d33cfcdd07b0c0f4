using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.Tests.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Fates;

/// <summary>The composed tables say what happens: each field of each client is said to each provider, to a model that can do what it asks for.</summary>
public sealed class FieldFatesTests
{
    private static readonly IReadOnlyList<JsonObject> Samples =
        [.. JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Dialects", "Translation", "Vectors", "fates.json")))!.AsArray().Select(sample => sample!.AsObject())];

    private static readonly Dictionary<ApiFormat, ModelCapabilities> AbleModels = new()
    {
        [ApiFormat.ChatCompletions] = new() { ReasoningEffort = true, ReasoningContent = true, OpenAiFields = true, WebSearch = true, DeveloperRole = true },
        [ApiFormat.Messages] = new() { ReasoningEffort = true, AdaptiveThinking = true, WebSearch = true },
        [ApiFormat.Responses] = new() { ReasoningEffort = true, WebSearch = true },
        [ApiFormat.Converse] = new()
        {
            ReasoningFamily = "anthropic",
            ReasoningEffort = true,
            AdaptiveThinking = true,
            ImageUrls = false,
            OfficeFiles = true,
            CachePoints = true,
            ToolCachePoints = true,
        },
    };

    public static TheoryData<ApiFormat, ApiFormat, string> Rows
    {
        get
        {
            var rows = new TheoryData<ApiFormat, ApiFormat, string>();
            foreach (var pair in Pair.All)
            {
                foreach (var row in FieldFates.Of(pair.Client, pair.Provider).Where(IsOfRequest))
                    rows.Add(pair.Client, pair.Provider, row.Field);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Translate_FieldOfTheTable_HasItsFate(ApiFormat client, ApiFormat provider, string field)
    {
        var expected = FieldFates.Of(client, provider).Single(row => row.Field == field).Fate;
        var sample = Samples.Single(row => row["client"]!.GetValue<string>() == client.ToString() && row["field"]!.GetValue<string>() == field);
        var request = JsonNode.Parse(client == ApiFormat.Responses ? """{"model":"m","input":"hi"}""" : """{"model":"m","messages":[{"role":"user","content":"hi"}]}""")!.AsObject();
        foreach (var (name, value) in sample["patch"]!.AsObject())
            request[name] = value?.DeepClone();
        Assert.Equal(expected, FateOf(new Pair(client, provider), field, request, expected));
    }

    [Fact]
    public void Of_EachField_StandsOnce() =>
        Assert.All(Pair.All, pair => Assert.Distinct(FieldFates.Of(pair.Client, pair.Provider).Select(fate => fate.Field)));

    // What is told is told as it is where it stands in the provider's request under the same name.
    private static Fate FateOf(Pair pair, string field, JsonObject request, Fate expected)
    {
        try
        {
            var exchange = pair.Translate(Encoding.UTF8.GetBytes(request.ToJsonString()), PairRun.Context(AbleModels[pair.Provider]));
            if (exchange.Dropped.Contains(field))
                return Fate.Dropped;
            Assert.Empty(exchange.Dropped);
            if (expected == Fate.Carried && !field.Contains('.', StringComparison.Ordinal) && field != "model")
                return JsonNode.DeepEquals(JsonNode.Parse(exchange.Body.Span)![field], request[field]) ? Fate.Carried : Fate.Mapped;
            return expected == Fate.Carried ? Fate.Carried : Fate.Mapped;
        }
        catch (InvalidRequestException refusal)
        {
            Assert.NotNull(refusal.Field);
            return Fate.Refused;
        }
    }

    private static bool IsOfRequest(FieldFate fate) =>
        !fate.Field.StartsWith("answer.", StringComparison.Ordinal) && !fate.Field.StartsWith("stream.", StringComparison.Ordinal);
}
