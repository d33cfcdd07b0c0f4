using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace ModelScan.RoutingApi.Providers.Aws;

/// <summary>
/// Signs a request the way AWS wants it (Signature Version 4,
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). The signature is the SDK's; what is signed is
/// written down here, because the SDK only signs requests that its own clients make.
/// </summary>
internal static class RequestSignature
{
    private static readonly byte[] HashOfNothing = SHA256.HashData([]);

    /// <summary>
    /// Adds <c>X-Amz-Date</c>, the session token if there is one, and <c>Authorization</c>. Signed are the host, the content type and every
    /// <c>x-amz-</c> header; the address and these must not change any more.
    /// </summary>
    /// <param name="message">The request.</param>
    /// <param name="bodyHash">SHA-256 of its body; <see langword="null"/> for none.</param>
    /// <param name="credentials">Whose signature.</param>
    /// <param name="region">The region that the request goes to.</param>
    /// <param name="service">The service's name for signatures.</param>
    /// <param name="now">The moment; a few minutes around AWS' own clock are accepted there.</param>
    public static void Sign(HttpRequestMessage message, byte[]? bodyHash, ImmutableCredentials credentials, string region, string service, DateTimeOffset now)
    {
        var headers = message.Headers;
        headers.Remove("Authorization");
        Set(message, "X-Amz-Date", now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        headers.Remove("X-Amz-Security-Token");
        if (credentials.UseToken)
            Set(message, "X-Amz-Security-Token", credentials.Token);

        var signed = SignedHeaders(message);
        var names = string.Join(';', signed.Keys);
        var canonical = new StringBuilder()
            .Append(message.Method.Method).Append('\n')
            .Append(Path(message.RequestUri!)).Append('\n')
            .Append(Query(message.RequestUri!)).Append('\n');
        foreach (var (name, value) in signed)
            canonical.Append(name).Append(':').Append(value).Append('\n');
        canonical.Append('\n').Append(names).Append('\n').Append(Convert.ToHexStringLower(bodyHash ?? HashOfNothing));
        var result = AWS4Signer.ComputeSignature(credentials, region, now.UtcDateTime, service, names, canonical.ToString());
        Set(message, "Authorization", result.ForAuthorizationHeader);
    }

    private static SortedDictionary<string, string> SignedHeaders(HttpRequestMessage message)
    {
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = message.Headers.Host ?? (message.RequestUri!.IsDefaultPort ? message.RequestUri.IdnHost : $"{message.RequestUri.IdnHost}:{message.RequestUri.Port}"),
        };
        if (message.Content is { } content && content.Headers.NonValidated.TryGetValues("Content-Type", out var type))
            signed["content-type"] = Trimmed(type.ToString());
        foreach (var (name, value) in message.Headers.NonValidated)
        {
            if (name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase))
                signed[name.ToLowerInvariant()] = Trimmed(value.ToString());
        }

        return signed;
    }

    // The path as it is sent, each segment encoded once more: %2F becomes %252F, and a colon that is sent as it is becomes %3A.
    private static string Path(Uri address) => string.Join('/', address.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string Query(Uri address) => string.Join('&', address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => (Name: Encoded(pair[0]), Value: pair.Length > 1 ? Encoded(pair[1]) : ""))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    private static string Encoded(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    // Blanks around a value do not count, and of several inside it one does.
    private static string Trimmed(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static void Set(HttpRequestMessage message, string name, string value)
    {
        message.Headers.Remove(name);
        message.Headers.TryAddWithoutValidation(name, value);
    }
}
