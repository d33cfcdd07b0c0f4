using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>What an upstream's answer, or the lack of one, means for a request.</summary>
internal enum UpstreamVerdict
{
    /// <summary>It is an answer: the client gets it.</summary>
    Answer,

    /// <summary>It did not do what was asked, and may do so a little later; somebody else may do so now.</summary>
    TryAgain,

    /// <summary>It will not do what was asked, but somebody else may.</summary>
    TryAnother,

    /// <summary>The request is at fault: whoever is asked would say the same, so that this is the answer.</summary>
    Refuse,

    /// <summary>It refuses one parameter that may be left out: worth one more request without it.</summary>
    Repair,
}

/// <summary>
/// Whose fault a status is: the one table by which attempts, the way to a Plano and the fallback go. Status codes: RFC 9110, RFC 4918 (422,
/// 424), RFC 8470 (425), RFC 6585 (429); 529 is Anthropic's for an overload. Bedrock says 408 when a model took too long and 424 when
/// it failed.
/// </summary>
internal static class UpstreamVerdicts
{
    /// <summary>The verdict on a status.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="isOperators">Whether key and model are the operator's choice and not the client's.</param>
    /// <param name="saysRetry">Whether the answer says itself that it is worth repeating.</param>
    public static UpstreamVerdict Of(int status, bool isOperators, bool saysRetry = false) => status switch
    {
        < StatusCodes.Status400BadRequest => UpstreamVerdict.Answer,
        StatusCodes.Status408RequestTimeout or 425 or StatusCodes.Status429TooManyRequests => UpstreamVerdict.TryAgain,
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout or 529 => UpstreamVerdict.TryAgain,
        StatusCodes.Status409Conflict when saysRetry => UpstreamVerdict.TryAgain,
        StatusCodes.Status424FailedDependency or >= StatusCodes.Status500InternalServerError => UpstreamVerdict.TryAnother,
        _ when isOperators && IsOfTheAccount(status) => UpstreamVerdict.TryAnother,
        _ => UpstreamVerdict.Refuse,
    };

    /// <summary>The verdict on an answer whose headers have arrived.</summary>
    public static UpstreamVerdict Of(HttpResponseMessage response, ModelTarget target) =>
        Of((int)response.StatusCode, IsOperators(target), response.StatusCode == System.Net.HttpStatusCode.Conflict && SaysRetry(response));

    /// <summary>The verdict on a refused request, now that it is known what was said.</summary>
    /// <param name="said">What the provider said.</param>
    /// <param name="verdict">What the status alone says.</param>
    /// <param name="terms">Whether somebody else can be asked.</param>
    /// <param name="isRepaired">Whether something has been left out already.</param>
    public static UpstreamVerdict Of(ProviderError said, UpstreamVerdict verdict, AttemptTerms terms, bool isRepaired)
    {
        if (verdict != UpstreamVerdict.Refuse || !IsOfTheRequest(said.Error.Status))
            return verdict;
        if (said.IsContextOverflow)
            return terms == AttemptTerms.OneOfSeveral ? UpstreamVerdict.TryAnother : UpstreamVerdict.Refuse;
        return !isRepaired && OptionalParameters.MemberOf(said.UnsupportedParameter) is not null ? UpstreamVerdict.Repair : UpstreamVerdict.Refuse;
    }

    /// <summary>Whether what such an answer says decides what it means, so that it has to be read first.</summary>
    public static bool IsOfTheRequest(int status) =>
        status is StatusCodes.Status400BadRequest or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status422UnprocessableEntity;

    /// <summary>Whether a status says that the key, the account or the model is wrong, which somebody has to mend.</summary>
    public static bool IsOfTheAccount(int status) =>
        status is StatusCodes.Status401Unauthorized or StatusCodes.Status402PaymentRequired or StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound;

    /// <summary>Whether key and model are the operator's: not the client's own key, and not the business of another gateway.</summary>
    public static bool IsOperators(ModelTarget target) => !target.UsesClientsCredential && !target.Api.IsGateway;

    // OpenAI's and Anthropic's clients go by the first.
    private static bool SaysRetry(HttpResponseMessage response) =>
        (response.Headers.NonValidated.TryGetValues("x-should-retry", out var values) && values.ToString().Equals("true", StringComparison.OrdinalIgnoreCase))
        || response.Headers.NonValidated.Contains("Retry-After");
}
