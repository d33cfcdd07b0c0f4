using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Whatever type stands in whatever field: a translation or a refusal that says what is wrong, never anything else.</summary>
public sealed class ChatMessagesPropertyTests
{
    private static readonly string[] Profile = ["modern", "gemini-compat", "reasoning-content", "short-ids", "thinking-budget", "text-only"];

    private static readonly JsonNode?[] Odd =
    [
        null, true, 0, -1, 1e300, "", "x", "\uD83D", "data:image/png;base64,AA==", "data:", new JsonArray(), new JsonArray(1), new JsonArray("x"), new JsonArray((JsonNode?)null),
        new JsonArray(new JsonObject()), new JsonObject(), new JsonObject { ["type"] = "x" }, new JsonObject { ["type"] = 1 }, new JsonArray(new JsonObject { ["type"] = "text" }),
    ];

    [Theory]
    [InlineData(ApiFormat.Messages, "messages-to-chat-requests.json")]
    [InlineData(ApiFormat.ChatCompletions, "chat-to-messages-requests.json")]
    public void Translate_AnyTypeInAnyField_IsTranslatedOrRefused(ApiFormat client, string file)
    {
        var seeds = VectorFile.Load(file).Values.Where(vector => vector.Id is not ("R47" or "R71")).Select(vector => vector.Row.GetProperty("request").GetRawText()).ToArray();
        var changes = Gen.Zip(Gen.Zip(Gen.Elements(seeds), Gen.Choose(0, 10_000)), Gen.Zip(Gen.Choose(0, Odd.Length - 1), Gen.Elements(Profile)));
        Prop.ForAll(changes.ToArbitrary(), change => IsTranslatedOrRefused(client, change.Item2.Item2, Changed(change.Item1.Item1, change.Item1.Item2, Odd[change.Item2.Item1])))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(4000));
    }

    [Theory]
    [InlineData(ApiFormat.Messages)]
    [InlineData(ApiFormat.ChatCompletions)]
    public void Translate_AnyObject_IsTranslatedOrRefused(ApiFormat client) =>
        Prop.ForAll(Support.JsonBodies.Arbitrary, body => IsTranslatedOrRefused(client, "modern", body)).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData(ApiFormat.Messages, "chat-to-messages-answers.json")]
    [InlineData(ApiFormat.ChatCompletions, "messages-to-chat-answers.json")]
    public void TranslateAnswer_AnyTypeInAnyField_IsTranslatedOrFails(ApiFormat client, string file)
    {
        var seeds = VectorFile.Load(file).Values.Select(vector => vector.Row.GetProperty("answer").GetRawText()).Where(text => text[0] == '{').ToArray();
        var changes = Gen.Zip(Gen.Zip(Gen.Elements(seeds), Gen.Choose(0, 10_000)), Gen.Choose(0, Odd.Length - 1));
        Prop.ForAll(changes.ToArbitrary(), change => IsAnsweredOrFails(client, Changed(change.Item1.Item1, change.Item1.Item2, Odd[change.Item2]))).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"\\ud83d\"}],\"\\ud83d\":1}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\",\"\\ud83d\":1}]}]}")]
    public void Translate_NoObjectOrOddNames_IsTranslatedOrRefused(string body)
    {
        Assert.True(IsTranslatedOrRefused(ApiFormat.Messages, "modern", body));
        Assert.True(IsTranslatedOrRefused(ApiFormat.ChatCompletions, "modern", body));
    }

    // One value, counted through the whole document, replaced.
    private static string Changed(string seed, int at, JsonNode? odd)
    {
        var root = JsonNode.Parse(seed)!;
        var places = new List<Action>();
        Collect(root, odd, places);
        places[at % places.Count]();
        return root.ToJsonString();
    }

    private static void Collect(JsonNode? node, JsonNode? odd, List<Action> places)
    {
        switch (node)
        {
            case JsonObject owner:
                foreach (var (name, value) in owner.ToList())
                {
                    places.Add(() => owner[name] = odd?.DeepClone());
                    places.Add(() => owner.Remove(name));
                    Collect(value, odd, places);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    var index = i;
                    places.Add(() => items[index] = odd?.DeepClone());
                    Collect(items[i], odd, places);
                }

                break;
        }
    }

    private static bool IsTranslatedOrRefused(ApiFormat client, string profile, string body)
    {
        try
        {
            var exchange = ChatMessagesPair.Translate(client, profile, Encoding.UTF8.GetBytes(body));
            return JsonNode.Parse(exchange.Body.Span) is JsonObject;
        }
        catch (InvalidRequestException exception)
        {
            return exception.Message.Length > 0;
        }
    }

    private static bool IsAnsweredOrFails(ApiFormat client, string body)
    {
        try
        {
            return JsonNode.Parse(ChatMessagesPair.Answer(ChatMessagesPair.Exchange(client, "reasoning-content"), Encoding.UTF8.GetBytes(body))) is JsonObject;
        }
        catch (ProviderAnswerException exception)
        {
            return exception.Message.Length > 0;
        }
    }
}
