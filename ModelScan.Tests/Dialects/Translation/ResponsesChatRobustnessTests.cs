using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Whatever comes: a translation or one of the two exceptions, and a stream that keeps its form.</summary>
public sealed class ResponsesChatRobustnessTests
{
    private static readonly string[] Texts =
    [
        "", "user", "assistant", "system", "text", "input_text", "output_text", "message", "function", "function_call", "function_call_output", "custom", "custom_tool_call",
        "reasoning", "namespace", "web_search", "json_schema", "grammar", "auto", "allowed_tools", "tool", "reasoning.encrypted", "\uD83D", "naïve", "a\u0000b",
    ];

    // Values of any type, biased to those that let the translation go on.
    private static Gen<JsonNode?> Values(int size, string[] names) => size == 0
        ? Gen.OneOf(
            Gen.Constant<JsonNode?>(null),
            Gen.Elements(Texts).Select(text => (JsonNode?)text),
            Gen.Choose(-5, 5).Select(number => (JsonNode?)number),
            Gen.Elements(true, false).Select(flag => (JsonNode?)flag))
        : Gen.OneOf(
            Values(0, names),
            Values(size / 2, names).ListOf().Select(items => (JsonNode?)new JsonArray([.. items.Take(4).Select(item => item?.DeepClone())])),
            Gen.Zip(Gen.Elements(names), Values(size / 2, names)).ListOf().Select(pairs =>
            {
                var item = new JsonObject();
                foreach (var (name, value) in pairs.Take(8))
                    item[name] = value?.DeepClone();
                return (JsonNode?)item;
            }));

    public static TheoryData<string> Pairs => ["responses-on-chat", "chat-on-responses"];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Translate_AnyTypeInAnyField_IsTranslatedOrRefused(string pair)
    {
        var requests = ResponsesChatVector.Load($"{pair}.requests").Select(vector => vector.In.AsObject()).ToArray();
        var names = requests.SelectMany(NamesIn).Distinct(StringComparer.Ordinal).ToArray();
        var change = Gen.Zip(Gen.Zip(Gen.Elements(requests), Gen.Choose(0, 1_000_000)), Values(8, names));
        Prop.ForAll(change.ToArbitrary(), row =>
            {
                var ((request, place), value) = row;
                var changed = request.DeepClone();
                Replace(changed, place, value);
                return IsTranslatedOrRefused(pair, Encoding.UTF8.GetBytes(changed.ToJsonString()));
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Translate_BrokenBytes_IsTranslatedOrRefused(string pair)
    {
        var random = new Random(11);
        foreach (var vector in ResponsesChatVector.Load($"{pair}.requests"))
        {
            var body = vector.Bytes;
            for (var round = 0; round < 50; round++)
                Assert.True(IsTranslatedOrRefused(pair, Mutate(body, random)));
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TranslateAnswer_BrokenBytes_IsTranslatedOrFails(string pair)
    {
        var random = new Random(12);
        foreach (var vector in ResponsesChatVector.Load($"{pair}.answers"))
        {
            var answer = vector.Bytes;
            for (var round = 0; round < 200; round++)
            {
                var output = new ArrayBufferWriter<byte>();
                try
                {
                    vector.Exchange(ResponsesChatVectorTests.IsResponsesClient(pair)).TranslateAnswer(Mutate(answer, random), output);
                    Assert.NotNull(JsonNode.Parse(output.WrittenSpan));
                }
                catch (ProviderAnswerException exception)
                {
                    Assert.NotEmpty(exception.Message);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Write_BrokenStream_KeepsTheInvariants(string pair)
    {
        var random = new Random(13);
        foreach (var vector in ResponsesChatVector.Load($"{pair}.streams"))
        {
            var bytes = Encoding.UTF8.GetBytes(vector.Stream);
            for (var round = 0; round < 150; round++)
            {
                var broken = round % 3 == 0 ? Shuffle(bytes, random) : Mutate(bytes, random);
                var exchange = vector.Exchange(ResponsesChatVectorTests.IsResponsesClient(pair));
                StreamInvariants.Assert(ResponsesChatVectorTests.IsResponsesClient(pair), StreamReplay.Run(exchange.OpenStream(), StreamReplay.Pieces(broken, random)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Fail_AtAnyPoint_EndsInAnError(string pair)
    {
        foreach (var vector in ResponsesChatVector.Load($"{pair}.streams"))
        {
            var bytes = Encoding.UTF8.GetBytes(vector.Stream);
            for (var cut = 0; cut <= bytes.Length; cut += 17)
            {
                var stream = vector.Exchange(ResponsesChatVectorTests.IsResponsesClient(pair)).OpenStream();
                var output = new ArrayBufferWriter<byte>();
                stream.Write(bytes.AsSpan(0, cut), output);
                if (stream.IsComplete)
                    break;
                var error = new ClientError(504, "too slow", "timeout");
                stream.Fail(error, output);
                Assert.True(stream.IsComplete);
                Assert.Equal(error, stream.Error);
                StreamInvariants.Assert(ResponsesChatVectorTests.IsResponsesClient(pair), output.WrittenSpan.ToArray());
                Assert.Contains("too slow", Encoding.UTF8.GetString(output.WrittenSpan), StringComparison.Ordinal);
            }
        }
    }

    private static bool IsTranslatedOrRefused(string pair, byte[] body)
    {
        try
        {
            var context = ResponsesChatVector.Context(new ModelCapabilities { ReasoningContent = true, OpenAiFields = true, WebSearch = true, ReasoningEffort = true });
            var exchange = ResponsesChatVector.Translator(ResponsesChatVectorTests.IsResponsesClient(pair)).Translate(body, context);
            return JsonNode.Parse(exchange.Body.Span) is JsonObject;
        }
        catch (InvalidRequestException exception)
        {
            return exception.Message.Length > 0;
        }
    }

    private static IEnumerable<string> NamesIn(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => NamesIn(field.Value).Prepend(field.Key)),
        JsonArray items => items.SelectMany(NamesIn),
        _ => [],
    };

    // Puts the value in the place of one of the values inside, counted in order.
    private static void Replace(JsonNode root, int place, JsonNode? value)
    {
        var places = new List<Action>();
        Collect(root);
        places[place % places.Count]();

        void Collect(JsonNode? node)
        {
            if (node is JsonObject fields)
            {
                foreach (var (name, inner) in fields.ToArray())
                {
                    places.Add(() => fields[name] = value?.DeepClone());
                    Collect(inner);
                }
            }
            else if (node is JsonArray items)
            {
                for (var index = 0; index < items.Count; index++)
                {
                    var at = index;
                    places.Add(() => items[at] = value?.DeepClone());
                    Collect(items[at]);
                }
            }
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = bytes.ToList();
        for (var change = random.Next(1, 4); change > 0 && mutated.Count > 0; change--)
        {
            var at = random.Next(mutated.Count);
            switch (random.Next(4))
            {
                case 0:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 1:
                    mutated.RemoveRange(at, Math.Min(random.Next(1, 30), mutated.Count - at));
                    break;
                case 2:
                    mutated.InsertRange(at, mutated.GetRange(at, Math.Min(random.Next(1, 30), mutated.Count - at)));
                    break;
                default:
                    mutated[at] = "{}[]\",:\n\\0"u8[random.Next(10)];
                    break;
            }
        }

        return [.. mutated];
    }

    // The events in another order, some twice, some not at all.
    private static byte[] Shuffle(byte[] bytes, Random random)
    {
        var events = Encoding.UTF8.GetString(bytes).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        if (events.Length == 0)
            return bytes;
        return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, events.Length + 2)).Select(_ => events[random.Next(events.Length)] + "\n\n")));
    }
}
