namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Google's Vertex AI in OpenAI's format; <c>base_url</c> names project and place:
/// <c>https://LOCATION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/LOCATION/endpoints/openapi</c>, models are called <c>google/gemini-…</c>.</summary>
internal static class GoogleVertex
{
    public static ProviderApi Api { get; } = new("google_vertex")
    {
        Synonyms = ["vertex", "vertex_ai"],
        CatalogueName = "google-vertex",
        TelemetryName = "gcp.vertex_ai",
        Prefix = "/v1/endpoints/openapi",
        Capabilities = Gemini.Api.Capabilities,
        Models = Gemini.Api.Models,
    };
}
