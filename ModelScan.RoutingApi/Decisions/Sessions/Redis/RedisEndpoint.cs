using System.Globalization;

namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>Where a Redis server is and how to sign in there. Its text form leaves the password out.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port.</param>
public sealed record RedisEndpoint(string Host, int Port)
{
    private const int DefaultPort = 6379;

    /// <summary>Whether the connection is encrypted.</summary>
    public bool UseTls { get; init; }

    /// <summary>Whether any certificate is accepted: encryption without knowing with whom.</summary>
    public bool AcceptAnyCertificate { get; init; }

    /// <summary>The ACL user; <see langword="null"/> for the default one.</summary>
    public string? User { get; init; }

    /// <summary>The password; <see langword="null"/> to sign in nowhere.</summary>
    public string? Password { get; init; }

    /// <summary>Number of the logical database.</summary>
    public int Database { get; init; }

    /// <summary>
    /// Reads one of two forms:
    /// <code>
    /// redis://[[user]:password@]host[:port][/database]     rediss:// for TLS, with #insecure at its end for any certificate
    /// host:port[,password=…][,user=…][,ssl=true][,defaultDatabase=n]     as .NET clients write it; other options do not matter here
    /// </code>
    /// User and password of the first form are percent-encoded. See
    /// <see href="https://www.iana.org/assignments/uri-schemes/prov/redis">the registration of the scheme</see>.
    /// </summary>
    /// <exception cref="FormatException">It is neither. The message does not repeat the text, which may hold a password.</exception>
    public static RedisEndpoint Parse(string text)
    {
        text = text.Trim();
        return text.StartsWith("redis://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase)
            ? FromUrl(text)
            : FromConnectionString(text);
    }

    /// <inheritdoc/>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{(UseTls ? "rediss" : "redis")}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}/{Database}");

    private static RedisEndpoint FromUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.DnsSafeHost.Length == 0)
            throw new FormatException("The Redis URL is not of the form redis://[user:password@]host[:port][/database].");

        var colon = url.UserInfo.IndexOf(':', StringComparison.Ordinal);
        var user = colon < 0 ? url.UserInfo : url.UserInfo[..colon];
        var path = url.AbsolutePath.Trim('/');
        return new RedisEndpoint(url.DnsSafeHost, url.Port < 0 ? DefaultPort : CheckedPort(url.Port))
        {
            UseTls = string.Equals(url.Scheme, "rediss", StringComparison.OrdinalIgnoreCase),
            AcceptAnyCertificate = url.Fragment == "#insecure",
            User = colon < 0 || user.Length == 0 ? null : Uri.UnescapeDataString(user),
            Password = colon < 0 ? null : Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]),
            Database = path.Length == 0 ? 0 : DatabaseOf(path),
        };
    }

    private static RedisEndpoint FromConnectionString(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        RedisEndpoint? endpoint = null;
        var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts)
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                endpoint ??= AddressOf(part);
            else
                options[part[..equals].Trim()] = part[(equals + 1)..].Trim();
        }

        if (endpoint is null)
            throw new FormatException("The Redis address is neither a redis:// URL nor of the form host:port,option=value.");
        return endpoint with
        {
            UseTls = options.TryGetValue("ssl", out var ssl) && string.Equals(ssl, "true", StringComparison.OrdinalIgnoreCase),
            User = options.GetValueOrDefault("user"),
            Password = options.GetValueOrDefault("password"),
            Database = options.TryGetValue("defaultDatabase", out var database) ? DatabaseOf(database) : 0,
        };
    }

    // "host", "host:port", "[::1]", "[::1]:port"
    private static RedisEndpoint AddressOf(string address)
    {
        var colon = address.LastIndexOf(':');
        if (colon <= address.LastIndexOf(']'))
            return new RedisEndpoint(CheckedHost(address), DefaultPort);
        return int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new RedisEndpoint(CheckedHost(address[..colon]), CheckedPort(port))
            : throw new FormatException("The port of the Redis address is not a number.");
    }

    private static string CheckedHost(string host)
    {
        host = host.Trim('[', ']');
        return Uri.CheckHostName(host) != UriHostNameType.Unknown ? host : throw new FormatException("The host of the Redis address is not a host name.");
    }

    private static int CheckedPort(int port)
        => port is > 0 and <= 65535 ? port : throw new FormatException("The port of the Redis address is not in 1..65535.");

    private static int DatabaseOf(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var database)
            ? database
            : throw new FormatException("The database of the Redis address is not a number.");
}
