using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Google's Vertex AI. <c>base_url</c> names project and place: <c>https://LOCATION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/LOCATION</c>.
/// Gemini (<c>google/gemini-…</c>) is asked in OpenAI's format below <c>/endpoints/openapi</c>, Claude in Messages, with the model in the path
/// (https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude, https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai).</summary>
internal static class GoogleVertex
{
    private const string OpenApi = "/endpoints/openapi";
    private static readonly byte[] Version = "\"vertex-2023-10-16\""u8.ToArray();

    public static ProviderApi Api { get; } = new("google_vertex")
    {
        Synonyms = ["vertex", "vertex_ai"],
        CatalogueName = "google-vertex",
        TelemetryName = "gcp.vertex_ai",
        Key = ProviderKey.Bearer,
        Native = [ApiFormat.ChatCompletions, ApiFormat.Messages],
        ModelInPath = [ApiFormat.Messages],
        Prefix = "/v1",
        Path = PathOf,
        Rules = new Dictionary<ApiFormat, IReadOnlyList<MemberRule>>
        {
            [ApiFormat.Messages] = [new("anthropic_version", _ => Version) { WhenAbsent = Version, IsReported = false }],
        },
        Capabilities = Gemini.Api.Capabilities with { Formats = [ApiFormat.ChatCompletions] },
        Models =
        [
            .. Gemini.Api.Models,
            new("claude*", model => model with
            {
                Formats = [ApiFormat.Messages],
                Schemas = SchemaProfile.Anthropic,
                StructuredOutput = StructuredOutput.None,
                StrictTools = false,
                WebSearch = true,
                CacheControl = true,
                ImageUrls = false,
            }),
        ],
    };

    private static string PathOf(ProviderPath path)
    {
        var place = path.Prefix.EndsWith(OpenApi, StringComparison.Ordinal) ? path.Prefix[..^OpenApi.Length] : path.Prefix;
        if (path.Format == ApiFormat.Messages)
            return $"{place}/publishers/anthropic/models/{path.EscapedModel[(path.EscapedModel.LastIndexOf("%2F", StringComparison.Ordinal) is var slash and >= 0 ? slash + 3 : 0)..]}:{(path.IsStream ? "streamRawPredict" : "rawPredict")}";

        // A model that somebody has deployed has an endpoint of its own.
        return place.Contains("/endpoints/", StringComparison.Ordinal) ? path.Plain : (path with { Prefix = place }).With(OpenApi);
    }
}
