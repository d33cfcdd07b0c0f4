using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.RoutingApi.Dialects;

namespace ModelScan.Tests.Dialects;

/// <summary>Whatever type stands in whatever field: a reading or a refusal with a message, never anything else.</summary>
public sealed class RequestReaderPropertyTests
{
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

    [Theory]
    [InlineData(ApiFormat.ChatCompletions)]
    [InlineData(ApiFormat.Messages)]
    [InlineData(ApiFormat.Responses)]
    public void Read_AnyTypeInAnyField_IsReadOrRefused(ApiFormat format) =>
        Prop.ForAll(Objects(32).ToArbitrary(), body => IsReadOrRefused(format, Encoding.UTF8.GetBytes(body.ToJsonString())))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData(ApiFormat.ChatCompletions)]
    [InlineData(ApiFormat.Messages)]
    [InlineData(ApiFormat.Responses)]
    public void Read_AnyBytes_AreReadOrRefused(ApiFormat format) =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => IsReadOrRefused(format, [.. "{\"input\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\""u8, .. bytes, .. "\"}]}"u8]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static bool IsReadOrRefused(ApiFormat format, byte[] body)
    {
        try
        {
            return RequestReader.Read(format, body).Facts.Messages is not null;
        }
        catch (InvalidRequestException exception)
        {
            return exception.Message.Length > 0;
        }
    }
}
