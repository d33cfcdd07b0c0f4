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
            options.CertificateValidation += static (_, _, _, _) => true;
        return options;
    }

    private const int DefaultPort = 6379;

    private static int? DatabaseOf(string path)
    {
        if (path.Length == 0)
            return null;
        return int.TryParse(path, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var database)
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

        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(text, ignoreUnknown: true);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // Its message may hold the value.
            throw new FormatException(e is ArgumentException { ParamName: { Length: > 0 } option }
                ? $"The Redis address has a value that is not one for {option}."
                : "The Redis address is neither a redis:// URL nor of the form host:port,option=value.");
        }

        if (options.EndPoints.Count == 0)
            throw new FormatException("The Redis address is neither a redis:// URL nor of the form host:port,option=value.");
        if (options.EndPoints.OfType<DnsEndPoint>().Any(endpoint => Uri.CheckHostName(endpoint.Host) == UriHostNameType.Unknown))
            throw new FormatException("The host of the Redis address is not a host name.");
        return options;
    }

    private static string TextOf(EndPoint endpoint) => endpoint switch
    {
        DnsEndPoint { Port: 0 } name => name.Host,
        DnsEndPoint name => $"{name.Host}:{name.Port}",
        IPEndPoint { Port: 0 } ip => ip.Address.ToString(),
        _ => endpoint.ToString() ?? "",
    };
}
