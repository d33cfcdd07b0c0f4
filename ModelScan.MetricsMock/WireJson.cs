using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock;

/// <summary>JSON as providers send it: compact, and nothing escaped that need not be.</summary>
internal static class WireJson
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToWire(this JsonNode node) => node.ToJsonString(Options);

    /// <summary>An HTTP answer with this body.</summary>
    public static IResult ToResult(this JsonNode node, int status = StatusCodes.Status200OK) =>
        Results.Text(node.ToWire(), "application/json", statusCode: status);
}
