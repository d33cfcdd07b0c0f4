using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Providers;

/// <summary>
/// Errors as OpenAI's two APIs tell them (https://platform.openai.com/docs/guides/error-codes):
/// <code>{"error": {"message": "…", "type": "invalid_request_error", "param": "messages", "code": null}}</code>
/// </summary>
internal static class OpenAiErrors
{
    public static (int Status, JsonObject Body) Describe(ProviderError error)
    {
        var (status, type, code) = error.Kind switch
        {
            ProviderErrorKind.InvalidRequest => (400, "invalid_request_error", null),
            ProviderErrorKind.Unauthorized => (401, "invalid_request_error", "invalid_api_key"),
            ProviderErrorKind.UnknownModel => (404, "invalid_request_error", "model_not_found"),
            ProviderErrorKind.TooLarge => (413, "invalid_request_error", "request_too_large"),
            ProviderErrorKind.RateLimited => (429, "requests", "rate_limit_exceeded"),
            ProviderErrorKind.Overloaded => (503, "server_error", "server_overloaded"),
            _ => (500, "server_error", (string?)null),
        };
        return (error.Status ?? status, new JsonObject
        {
            ["error"] = new JsonObject { ["message"] = error.Message, ["type"] = type, ["param"] = error.Field, ["code"] = error.Code ?? code },
        });
    }
}
