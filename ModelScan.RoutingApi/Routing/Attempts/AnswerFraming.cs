using System.Globalization;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Whether the head of an answer is one that can be passed on. What a provider gets wrong about its own framing, or says to a browser,
/// must reach neither the client nor the server that writes the answer.
/// </summary>
internal static class AnswerFraming
{
    /// <summary>What is wrong, for people; <see langword="null"/> where nothing is.</summary>
    public static string? FaultOf(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status < StatusCodes.Status200OK)
            return string.Create(CultureInfo.InvariantCulture, $"HTTP {status}, for which nobody asked");
        if (status is >= StatusCodes.Status300MultipleChoices and < StatusCodes.Status400BadRequest)
            return string.Create(CultureInfo.InvariantCulture, $"HTTP {status}: redirects are not followed; its base_url must be the address itself");
        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Length", out var lengths))
            return null;
        long? length = null;
        foreach (var text in lengths)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var one) || (length is { } before && before != one))
                return "its content-length is none";
            length = one;
        }

        if (length > 0 && response.StatusCode == System.Net.HttpStatusCode.NoContent)
            return "no content, and yet a content-length";
        return response.Headers.NonValidated.Contains("Transfer-Encoding") ? "both a content-length and a transfer-encoding" : null;
    }
}
