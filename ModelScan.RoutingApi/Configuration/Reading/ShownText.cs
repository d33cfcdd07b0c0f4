using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>What may be shown of a value of the configuration to whoever reads messages or <c>GET /admin/config</c>: addresses without the credentials and the query in them.</summary>
internal static partial class ShownText
{
    private const string Mask = "***";

    /// <summary>The text with what may be a secret replaced; what is no address and no connection string is left as it is.</summary>
    public static string Of(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal))
            text = Query.Replace(UserInfo.Replace(text, Mask), $"?{Mask}");
        return text.Contains('=', StringComparison.Ordinal) ? Secret.Replace(text, $"${{name}}={Mask}") : text;
    }

    [GeneratedRegex(@"(?<=://)[^/\s'""@]+(?=@)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserInfo { get; }

    [GeneratedRegex(@"(?<=://[^\s'""?#]*)\?[^\s'""#]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Query { get; }

    // host:6379,password=…  and  Host=…;Password=…
    [GeneratedRegex(@"(?<name>\b(password|pwd|secret|token|access_?key|api_?key|key))=(?<value>[^,;&\s'""*]+)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret { get; }
}
