using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// What the model of a vector can take. <c>structuredOutput</c> is one word there for schemas of answers and strict tools; Converse has
/// them where a vector says so, the other formats where it does not say otherwise.
/// </summary>
public static class VectorCapabilities
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static ModelCapabilities Read(JsonNode? row, ApiFormat provider)
    {
        var members = (JsonObject?)row?.DeepClone() ?? [];
        var isStructured = members["structuredOutput"]?.GetValue<bool>() ?? provider != ApiFormat.Converse;
        members.Remove("structuredOutput");
        return members.Deserialize<ModelCapabilities>(Options)! with
        {
            StructuredOutput = isStructured ? StructuredOutput.JsonSchema : StructuredOutput.None,
            StrictTools = isStructured,
        };
    }
}
