using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace ModelScan.Tests.Support;

/// <summary>Generates request bodies in which any type may stand in any field that some API format knows.</summary>
internal static class JsonBodies
{
    public static Arbitrary<string> Arbitrary => Objects(32).Select(body => body.ToJsonString()).ToArbitrary();

    private static readonly string[] Fields =
    [
        "model", "messages", "role", "content", "type", "text", "system", "input", "instructions", "tools", "function", "name", "stream",
        "routing_preferences", "routing_policy", "description", "models", "selection_policy", "prefer", "other",
    ];

    private static readonly string[] Texts = ["", "user", "assistant", "system", "text", "tool_result", "input_text", "message", "function_call", "\uD83D", "naïve", "a\u0000b"];

    private static Gen<JsonNode?> Values(int size) => size == 0
        ? Gen.OneOf(
            Gen.Constant<JsonNode?>(null),
            Gen.Elements(Texts).Select(text => (JsonNode?)text),
            Gen.Choose(-5, 5).Select(number => (JsonNode?)number),
            Gen.Elements(true, false).Select(flag => (JsonNode?)flag))
        : Gen.OneOf(
            Values(0),
            Values(size / 2).ListOf().Select(items => (JsonNode?)new JsonArray([.. items.Take(4).Select(item => item?.DeepClone())])),
            Objects(size / 2).Select(item => (JsonNode?)item));

    private static Gen<JsonObject> Objects(int size) =>
        Gen.Zip(Gen.Elements(Fields), Values(size)).ListOf().Select(pairs =>
        {
            var item = new JsonObject();
            foreach (var (name, value) in pairs.Take(8))
                item[name] = value?.DeepClone();
            return item;
        });
}
