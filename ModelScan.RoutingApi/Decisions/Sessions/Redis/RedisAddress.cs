using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>
/// Reads where a Redis server is, in one of two forms:
/// <code>
/// redis://[[user]:password@]host[:port][/database]     rediss:// for TLS, with #insecure at its end for any certificate
/// host:port[,host:port…][,password=…][,user=…][,ssl=true][,serviceName=…][,option=value…]     as .NET clients write it
/// </code>
/// User and password of the first form are percent-encoded. See
/// <see href="https://www.iana.org/assignments/uri-schemes/prov/redis">the registration of the scheme</see> and
/// <see href="https://stackexchange.github.io/StackExchange.Redis/Configuration">the options of the second form</see>, by which several
/// nodes of a cluster, or sentinels and the name of what they watch, can be named.
/// </summary>
internal static class RedisAddress
{
    private const int DefaultPort = 6379;

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is neither form. The message does not repeat the text, which may hold a password.</exception>
    public static ConfigurationOptions Parse(string text)
    {
        text = text.Trim();
        return text.StartsWith("redis://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase)
            ? FromUrl(text)
            : FromConnectionString(text);
    }

    /// <summary>The addresses alone, for logs.</summary>
    public static string Describe(ConfigurationOptions options)
        => (options.Ssl ? "rediss://" : "redis://") + string.Join(',', options.EndPoints.Select(TextOf))
            + (options.ServiceName is { Length: > 0 } service ? $" ({service})" : "");

    private static ConfigurationOptions FromUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.DnsSafeHost.Length == 0)
            throw new FormatException("The Redis URL is not of the form redis://[user:password@]host[:port][/database].");
        if (url.Port is 0 or > 65535)
            throw new FormatException("The port of the Redis address is not in 1..65535.");

        var colon = url.UserInfo.IndexOf(':', StringComparison.Ordinal);
        var user = colon < 0 ? url.UserInfo : url.UserInfo[..colon];
        var options = new ConfigurationOptions
        {
            Ssl = string.Equals(url.Scheme, "rediss", StringComparison.OrdinalIgnoreCase),
            User = colon < 0 || user.Length == 0 ? null : Uri.UnescapeDataString(user),
            Password = colon < 0 ? null : Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]),
            DefaultDatabase = DatabaseOf(url.AbsolutePath.Trim('/')),
        };
        options.EndPoints.Add(url.DnsSafeHost, url.Port < 0 ? DefaultPort : url.Port);
        if (url.Fragment == "#insecure")
            AcceptAnyCertificate(options);
        return options;
    }

    [SuppressMessage("Security", "CA5359:Do not disable certificate validation", Justification = "The operator's URL asks for it with #insecure.")]
    private static void AcceptAnyCertificate(ConfigurationOptions options) => options.CertificateValidation += static (_, _, _, _) => true;

    private static int? DatabaseOf(string path)
    {
        if (path.Length == 0)
            return null;
        return int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out var database)
            ? database
            : throw new FormatException("The database of the Redis address is not a number.");
    }

    private static ConfigurationOptions FromConnectionString(string text)
    {
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // To the client, port 0 means that none is given.
            if (!part.Contains('=', StringComparison.Ordinal) && part.EndsWith(":0", StringComparison.Ordinal))
                throw new FormatException("The port of the Redis address is not in 1..65535.");
        }

        var options = TryParse(text, out var wrongOption);
        if (wrongOption is not null)
            throw new FormatException($"The Redis address has a value that is not one for {wrongOption}.");
        if (options is null || options.EndPoints.Count == 0)
            throw new FormatException("The Redis address is neither a redis:// URL nor of the form host:port,option=value.");
        if (options.EndPoints.OfType<DnsEndPoint>().Any(endpoint => Uri.CheckHostName(endpoint.Host) == UriHostNameType.Unknown))
            throw new FormatException("The host of the Redis address is not a host name.");
        return options;
    }

    // The exceptions go no further: they may hold the value.
    private static ConfigurationOptions? TryParse(string text, out string? wrongOption)
    {
        wrongOption = null;
        try
        {
            return ConfigurationOptions.Parse(text, ignoreUnknown: true);
        }
        catch (ArgumentException e)
        {
            wrongOption = e.ParamName is { Length: > 0 } name && name != "configuration" ? name : null;
        }
        catch (FormatException)
        {
            // Said by the result.
        }

        return null;
    }

    private static string TextOf(EndPoint endpoint) => endpoint switch
    {
        DnsEndPoint { Port: 0 } name => name.Host,
        DnsEndPoint name => $"{name.Host}:{name.Port}",
        IPEndPoint { Port: 0 } ip => ip.Address.ToString(),
        _ => endpoint.ToString() ?? "",
    };
}
