using Npgsql;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>Addresses of PostgreSQL databases, in both ways in which they are written.</summary>
internal static class PostgresAddress
{
    /// <summary>Reads an address: Npgsql's keywords, or a URL as libpq takes it (https://www.postgresql.org/docs/current/libpq-connect.html, 34.1.1.2).</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    /// <exception cref="FormatException">It is none.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string address)
    {
        if (!address.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) && !address.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
            return new NpgsqlConnectionStringBuilder(address);
        var url = new Uri(address);
        var builder = new NpgsqlConnectionStringBuilder { Host = url.Host };
        if (url.Port > 0)
            builder.Port = url.Port;
        if (url.AbsolutePath.Length > 1)
            builder.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
            builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var part in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = part.Split('=', 2) is [var key, var text] ? (key, Uri.UnescapeDataString(text)) : throw new FormatException($"'{part}' is no parameter");

            // libpq writes verify-full, Npgsql VerifyFull.
            builder[name.Equals("sslmode", StringComparison.OrdinalIgnoreCase) ? "SSL Mode" : name] = name.Equals("sslmode", StringComparison.OrdinalIgnoreCase) ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }

        return builder;
    }
}
