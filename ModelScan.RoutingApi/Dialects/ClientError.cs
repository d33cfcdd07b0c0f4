using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Dialects;

/// <summary>An error on its way to a client.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">What is wrong and where, for people.</param>
/// <param name="Code">For programs, stable: <c>InvalidRequest</c>, <c>NotFound</c>, ….</param>
/// <param name="Field">The field at fault, if one is.</param>
public sealed record ClientError(int Status, string Message, string Code, string? Field = null)
{
    /// <summary>What else is known of it, for programs: written beside <c>details.reason</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Details { get; init; } = [];

    /// <summary>In how many seconds the client may try again (<c>Retry-After</c>); <see langword="null"/> where nobody knows.</summary>
    public int? RetryAfter { get; init; }

    public static ClientError InvalidRequest(InvalidRequestException exception) =>
        new(StatusCodes.Status400BadRequest, exception.Message, "InvalidRequest", exception.Field);

    public static ClientError NotFound(string path) => new(StatusCodes.Status404NotFound, $"there is nothing at {path}", "NotFound");

    public static ClientError MethodNotAllowed(string method, string allowed) =>
        new(StatusCodes.Status405MethodNotAllowed, $"{method} is not allowed here; use {allowed}", "MethodNotAllowed");

    public static ClientError BodyTooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"the body is larger than the limit of {limit} bytes (routing.max_request_body)", "RequestTooLarge");

    /// <summary>One body would take all the memory that there is.</summary>
    public static ClientError BodyTooLargeForMemory(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"the body is larger than the {limit} bytes for which the memory of this process suffices", "RequestTooLarge");

    /// <summary>There is no room for the request now.</summary>
    internal static ClientError Busy(MemoryBudgetException exception) =>
        new(StatusCodes.Status503ServiceUnavailable, exception.Message, "GatewayBusy") { RetryAfter = MemoryBudget.RetryAfterSeconds };

    public static ClientError Internal() =>
        new(StatusCodes.Status500InternalServerError, "Internal server error", "InternalServerError");

    /// <summary>
    /// Writes the error as clients of <paramref name="format"/> read it: OpenAI's <c>{"error": {message, type, param, code}}</c> or
    /// Anthropic's <c>{"type": "error", "error": {type, message}}</c>. Both also carry Plano's <c>code</c> and
    /// <c>details.reason</c>, so that its clients find what they look for.
    /// </summary>
    public void WriteTo(Utf8JsonWriter writer, ApiFormat format)
    {
        writer.WriteStartObject();
        if (format == ApiFormat.Messages)
            writer.WriteString("type", "error");
        writer.WriteStartObject("error");
        writer.WriteString("message", Message);
        writer.WriteString("type", format == ApiFormat.Messages ? AnthropicType : OpenAiType);
        if (format != ApiFormat.Messages)
            writer.WriteString("param", Field);
        writer.WriteString("code", Code);
        writer.WriteStartObject("details");
        writer.WriteString("reason", Message);
        foreach (var (name, value) in Details)
            writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>
    /// Writes the members of an <c>error</c> event of the Responses API: flat, as OpenAI documents them and its typed clients read them, and the same as
    /// an <c>error</c> object, as its servers and Open Responses have them.
    /// </summary>
    internal void WriteEventMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("code", Code);
        writer.WriteString("message", Message);
        writer.WriteString("param", Field);
        writer.WriteStartObject("error");
        writer.WriteString("type", OpenAiType);
        writer.WriteString("code", Code);
        writer.WriteString("message", Message);
        writer.WriteString("param", Field);
        writer.WriteEndObject();
    }

    // https://platform.openai.com/docs/guides/error-codes
    private string OpenAiType => Status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    // https://docs.anthropic.com/en/api/errors
    private string AnthropicType => Status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status402PaymentRequired => "billing_error",
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status404NotFound => "not_found_error",
        StatusCodes.Status413PayloadTooLarge => "request_too_large",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        StatusCodes.Status503ServiceUnavailable or 529 => "overloaded_error",
        StatusCodes.Status504GatewayTimeout => "timeout_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
