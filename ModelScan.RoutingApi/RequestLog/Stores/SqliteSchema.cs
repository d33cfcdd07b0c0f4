using System.Globalization;
using Microsoft.Data.Sqlite;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>
/// The tables of a SQLite store. <c>PRAGMA user_version</c> says how many of the steps a file has seen; the others are made when it is opened,
/// each in a transaction of its own.
/// </summary>
internal static class SqliteSchema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE blocks (
            number   INTEGER PRIMARY KEY AUTOINCREMENT,
            writer   INTEGER NOT NULL,
            first_id BLOB NOT NULL,
            last_id  BLOB NOT NULL,
            records  INTEGER NOT NULL);
        CREATE INDEX blocks_by_time ON blocks (last_id, first_id, records, writer);
        CREATE TABLE block_index (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
        CREATE TABLE block_detail (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
        """,
        """
        CREATE TABLE bodies (id BLOB PRIMARY KEY, request TEXT, response TEXT, input TEXT, is_cut INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE feedback (id BLOB PRIMARY KEY, is_right INTEGER NOT NULL, route TEXT, names INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        """,
        "ALTER TABLE bodies ADD COLUMN stream TEXT;",
    ];

    /// <summary>How many steps there are.</summary>
    public static int Version => Steps.Length;

    /// <summary>Makes the steps that a file has not seen.</summary>
    /// <param name="connection">The file.</param>
    /// <param name="upTo">The version to arrive at.</param>
    /// <exception cref="RequestStoreException">A later version of the program wrote the file.</exception>
    public static void Migrate(SqliteConnection connection, int? upTo = null)
    {
        var version = Number(connection, "PRAGMA user_version");
        if (version > Version)
            throw new RequestStoreException($"{connection.DataSource} has schema {version}, and this program knows {Version}: a later version wrote it");
        for (var step = (int)version; step < (upTo ?? Version); step++)
        {
            using var transaction = connection.BeginTransaction(deferred: false);

            // Two gateways may open one file at the same time.
            if (Number(connection, "PRAGMA user_version", transaction) == step)
                Run(connection, string.Create(CultureInfo.InvariantCulture, $"{Steps[step]}\nPRAGMA user_version = {step + 1};"), transaction);
            transaction.Commit();
        }
    }

    public static void Run(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this program's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    public static long Number(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this program's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
