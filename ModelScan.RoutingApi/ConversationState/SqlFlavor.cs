using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ModelScan.RoutingApi.ConversationState;

/// <summary>What tells one database from the other.</summary>
internal abstract class SqlFlavor : IAsyncDisposable
{
    /// <summary>Its name in messages.</summary>
    public abstract string Name { get; }

    /// <summary>Statements that make the table where it is not there.</summary>
    public abstract IReadOnlyList<string> Schema { get; }

    /// <summary>A connection, not yet open; of a pool.</summary>
    public abstract DbConnection Create();

    public abstract ValueTask DisposeAsync();

    /// <summary>A SQLite file; made with its folder where it is not there.</summary>
    /// <exception cref="FormatException">The path is none.</exception>
    public static SqlFlavor Sqlite(string path) => new SqliteFlavor(path);

    /// <summary>A Postgres database.</summary>
    /// <param name="connection">As Npgsql reads it, or a <c>postgres://</c> URL.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static SqlFlavor Postgres(string connection) => new PostgresFlavor(connection);

    private static string Table(string number, string bytes) => $"""
        CREATE TABLE IF NOT EXISTS modelscan_responses (
          owner TEXT NOT NULL, id TEXT NOT NULL, previous_id TEXT, created_at {number} NOT NULL, expires_at {number} NOT NULL, model TEXT NOT NULL, account TEXT NOT NULL,
          is_held INTEGER NOT NULL, size {number} NOT NULL, input {bytes} NOT NULL, response {bytes} NOT NULL, PRIMARY KEY (owner, id))
        """;

    private const string Index = "CREATE INDEX IF NOT EXISTS modelscan_responses_expiry ON modelscan_responses (expires_at)";

    private const string Items = """
        CREATE TABLE IF NOT EXISTS modelscan_response_items (
          owner TEXT NOT NULL, item_id TEXT NOT NULL, response_id TEXT NOT NULL, PRIMARY KEY (owner, item_id),
          FOREIGN KEY (owner, response_id) REFERENCES modelscan_responses (owner, id) ON DELETE CASCADE)
        """;

    private const string ItemIndex = "CREATE INDEX IF NOT EXISTS modelscan_response_items_response ON modelscan_response_items (owner, response_id)";

    private sealed class SqliteFlavor : SqlFlavor
    {
        private readonly string _connection;

        public SqliteFlavor(string path)
        {
            try
            {
                var full = Path.GetFullPath(path);
                Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                _connection = new SqliteConnectionStringBuilder { DataSource = full, DefaultTimeout = 10, ForeignKeys = true }.ToString();
            }
            catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw new FormatException($"'{path}' cannot be a database file: {exception.Message}", exception);
            }
        }

        public override string Name => "sqlite";

        // Readers do not wait for the writer, and one disk write is enough for a transaction; what a power failure takes is the last turns.
        public override IReadOnlyList<string> Schema { get; } = ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", Table("INTEGER", "BLOB"), Index, Items, ItemIndex];

        public override DbConnection Create() => new SqliteConnection(_connection);

        public override ValueTask DisposeAsync()
        {
            using var connection = new SqliteConnection(_connection);
            SqliteConnection.ClearPool(connection);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class PostgresFlavor(string connection) : SqlFlavor
    {
        private readonly NpgsqlDataSource _source = Open(connection);

        public override string Name => "postgres";

        // Two replicas may start at the same time, and IF NOT EXISTS does not keep them from making the same table at once. The statements are one
        // transaction, and the lock is held to its end: before that nobody else sees the tables.
        public override IReadOnlyList<string> Schema { get; } = [$"SELECT pg_advisory_xact_lock(7306937); {Table("BIGINT", "BYTEA")}; {Index}; {Items}; {ItemIndex}"];

        public override DbConnection Create() => _source.CreateConnection();

        public override ValueTask DisposeAsync() => _source.DisposeAsync();

        private static NpgsqlDataSource Open(string text)
        {
            try
            {
                var settings = IsUrl(text) ? OfUrl(new Uri(text)) : new NpgsqlConnectionStringBuilder(text);
                if (string.IsNullOrEmpty(settings.Host))
                    throw new FormatException("the connection string names no host");
                return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
            }
            catch (Exception exception) when (exception is ArgumentException or UriFormatException or KeyNotFoundException)
            {
                // The message may repeat the text, and the text holds a password.
                throw new FormatException("is neither a connection string such as Host=localhost;Username=modelscan;Database=modelscan nor a postgres:// URL", exception);
            }
        }

        private static bool IsUrl(string text) => text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

        // https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
        private static NpgsqlConnectionStringBuilder OfUrl(Uri url)
        {
            var settings = new NpgsqlConnectionStringBuilder { Host = url.Host };
            if (url.Port > 0)
                settings.Port = url.Port;
            var user = url.UserInfo.Split(':', 2);
            if (user[0].Length > 0)
                settings.Username = Uri.UnescapeDataString(user[0]);
            if (user.Length > 1)
                settings.Password = Uri.UnescapeDataString(user[1]);
            if (url.AbsolutePath.Length > 1)
                settings.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
            foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = pair.Split('=', 2);
                settings[parts[0] is "sslmode" ? "SSL Mode" : parts[0]] = Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : "");
            }

            return settings;
        }
    }
}
