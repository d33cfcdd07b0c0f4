using ModelScan.RoutingApi.Dialects.AmazonConverse;

namespace ModelScan.RoutingApi.Dialects;

/// <summary>What a provider says when it fails, in whatever form it says it, and what follows from it.</summary>
/// <param name="Error">The error for the client: the provider's status, its message with the provider's name in front, its code.</param>
public sealed record ProviderError(ClientError Error)
{
    /// <summary>How long the provider wants to be left alone, at most a day; <see langword="null"/> where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the account has nothing left, so that waiting a few seconds does not help.</summary>
    public bool IsQuotaExhausted { get; init; }

    /// <summary>Whether the conversation is longer than the model can read.</summary>
    public bool IsContextOverflow { get; init; }

    /// <summary>The request's field that the model does not take, where that is what is wrong.</summary>
    public string? UnsupportedParameter { get; init; }

    /// <summary>Reads an error answer.</summary>
    /// <param name="provider">The provider's name; empty to leave it out of the message.</param>
    /// <param name="status">The HTTP status; a 2xx one says nothing, and the body decides.</param>
    /// <param name="body">The body as it came, decompressed: JSON in one of several forms, text, HTML or nothing.</param>
    /// <param name="header">Finds a header of the answer by its name; the first value, or <see langword="null"/>.</param>
    /// <param name="time">Clock, for dates in headers.</param>
    public static ProviderError Read(string provider, int status, ReadOnlySpan<byte> body, Func<string, string?> header, TimeProvider time)
    {
        var said = ErrorBody.Read(body);
        var retryAfter = ErrorHeaders.RetryAfter(header, time) ?? said.RetryAfter;
        if (status is >= 200 and < 300)
            status = said.Status ?? StatusOf(said);
        var message = said.Message ?? Describe(status, body, header("content-type"));
        var type = said.Type ?? ConverseFailure.TypeOf(header("x-amzn-errortype"));
        var overflows = IsOverflow(said.Code, message);
        if (overflows)
            message = ContextOverflow.Describe(message);
        else if (provider.Length > 0)
            message = $"{provider}: {message}";
        var code = overflows ? ContextOverflow.Code : said.Code ?? type ?? (status == StatusCodes.Status429TooManyRequests ? "rate_limit_exceeded" : "ProviderError");
        return new ProviderError(new ClientError(status, message, code, said.Parameter))
        {
            RetryAfter = retryAfter,
            IsContextOverflow = overflows,
            IsQuotaExhausted = said.Code is "insufficient_quota" || said.Type is "insufficient_quota" or "billing_error" || status == StatusCodes.Status402PaymentRequired,
            UnsupportedParameter = RefusedParameter.Of(said),
        };
    }

    /// <summary>Reads an error that stands in a 2xx answer or in an event of a stream.</summary>
    public static ProviderError Read(string provider, ReadOnlySpan<byte> json) =>
        Read(provider, StatusCodes.Status200OK, json, static _ => null, TimeProvider.System);

    // The type says most, and where it is a general one the code.
    private static int StatusOf(ErrorBody said)
    {
        var byType = StatusOf(said.Type ?? said.Code);
        return byType == StatusCodes.Status502BadGateway && said.Type is not null ? StatusOf(said.Code) : byType;
    }

    // OpenAI's and Anthropic's types and codes, Google's statuses (https://cloud.google.com/apis/design/errors).
    private static int StatusOf(string? word) => word switch
    {
        "invalid_request_error" or "INVALID_ARGUMENT" or "FAILED_PRECONDITION" => StatusCodes.Status400BadRequest,
        "authentication_error" or "UNAUTHENTICATED" or "invalid_api_key" => StatusCodes.Status401Unauthorized,
        "billing_error" => StatusCodes.Status402PaymentRequired,
        "permission_error" or "PERMISSION_DENIED" => StatusCodes.Status403Forbidden,
        "not_found_error" or "NOT_FOUND" or "model_not_found" => StatusCodes.Status404NotFound,
        "request_too_large" => StatusCodes.Status413PayloadTooLarge,
        "rate_limit_error" or "rate_limit_exceeded" or "RESOURCE_EXHAUSTED" or "insufficient_quota" => StatusCodes.Status429TooManyRequests,
        "overloaded_error" or "server_is_overloaded" or "server_overloaded" => 529,
        "UNAVAILABLE" => StatusCodes.Status503ServiceUnavailable,
        "timeout_error" or "DEADLINE_EXCEEDED" => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status502BadGateway,
    };

    private static bool IsOverflow(string? code, string message) => code is ContextOverflow.Code || ContextOverflow.IsSaidIn(message);

    private static string Describe(int status, ReadOnlySpan<byte> body, string? contentType)
    {
        var text = ErrorBody.PlainText(body);
        if (text.Length > 0 && contentType?.Contains("html", StringComparison.OrdinalIgnoreCase) != true && text[0] is not ('<' or '{' or '['))
            return $"HTTP {status}: {text}";
        var kind = contentType?.Split(';')[0].Trim();
        return body.IsEmpty ? $"HTTP {status} (empty body)" : $"HTTP {status} ({(string.IsNullOrEmpty(kind) ? "unreadable" : kind)} body)";
    }
}
