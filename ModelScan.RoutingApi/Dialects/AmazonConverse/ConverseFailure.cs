namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>
/// Amazon's names of what goes wrong (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html#API_runtime_ConverseStream_Errors).
/// As the header <c>x-amzn-errortype</c> they begin with a capital and may end in a namespace; in a stream they begin with a small letter.
/// </summary>
internal static class ConverseFailure
{
    /// <summary>The name in a header, such as <c>ThrottlingException</c> out of <c>ThrottlingException:http://…</c>; <see langword="null"/> for none.</summary>
    public static string? TypeOf(string? header)
    {
        if (string.IsNullOrEmpty(header))
            return null;
        var end = header.IndexOfAny([':', ',', ';']);
        return end < 0 ? header : end == 0 ? null : header[..end];
    }

    /// <summary>An exception inside a stream as an error, with the status that it would have had before the stream, and Anthropic's name of its kind.</summary>
    /// <param name="provider">The provider's name, put before the message; empty to leave it out.</param>
    /// <param name="type">Amazon's name.</param>
    /// <param name="message">What Amazon says about it; may be empty.</param>
    public static ClientError InStream(string provider, string type, string message)
    {
        var (status, code) = Kind(type);
        var text = message.Length > 0 ? message : type.Length > 0 ? type : "failed without saying why";
        return new ClientError(status, provider.Length > 0 ? $"{provider}: {text}" : text, code);
    }

    private static (int Status, string Code) Kind(string type)
    {
        if (Is("throttlingException") || Is("tooManyRequestsException") || Is("serviceQuotaExceededException"))
            return (StatusCodes.Status429TooManyRequests, "rate_limit_error");
        if (Is("serviceUnavailableException") || Is("modelNotReadyException"))
            return (StatusCodes.Status503ServiceUnavailable, "overloaded_error");
        if (Is("validationException"))
            return (StatusCodes.Status400BadRequest, "invalid_request_error");
        if (Is("accessDeniedException"))
            return (StatusCodes.Status403Forbidden, "permission_error");
        if (Is("resourceNotFoundException"))
            return (StatusCodes.Status404NotFound, "not_found_error");
        if (Is("modelTimeoutException"))
            return (StatusCodes.Status504GatewayTimeout, "timeout_error");

        // internalServerException, modelStreamErrorException, and whatever comes to be.
        return (StatusCodes.Status502BadGateway, "api_error");

        bool Is(string name) => type.Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}
