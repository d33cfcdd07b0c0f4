using Npgsql;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>The tables of a PostgreSQL store. <c>modelscan_schema</c> says how many of the steps a database has seen; the others are made when it is opened.</summary>
internal static class PostgresSchema
{
    // Of all gateways that start at the same time, one makes the steps.
    private const long LockNumber = 0x6d6f64656c736361;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE modelscan_blocks (
            number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            writer       bigint NOT NULL,
            first_id     bytea NOT NULL,
            last_id      bytea NOT NULL,
            records      integer NOT NULL,
            bytes        integer NOT NULL,
            index_bytes  bytea NOT NULL,
            detail_bytes bytea NOT NULL);
        ALTER TABLE modelscan_blocks ALTER COLUMN index_bytes SET STORAGE EXTERNAL, ALTER COLUMN detail_bytes SET STORAGE EXTERNAL;
        CREATE UNIQUE INDEX modelscan_blocks_once ON modelscan_blocks (writer, first_id, last_id, records);
        CREATE INDEX modelscan_blocks_by_time ON modelscan_blocks (last_id, first_id);
        """,
        """
        CREATE TABLE modelscan_bodies (id bytea PRIMARY KEY, request text, response text, input text, is_cut boolean NOT NULL);
        CREATE TABLE modelscan_feedback (id bytea PRIMARY KEY, is_right boolean NOT NULL, route text, names boolean NOT NULL, at timestamptz NOT NULL);
        """,
        "ALTER TABLE modelscan_bodies ADD COLUMN stream text;",
    ];

    /// <summary>How many steps there are.</summary>
    public static int Version => Steps.Length;

    /// <summary>Makes the steps that a database has not seen.</summary>
    /// <exception cref="RequestStoreException">A later version of the program wrote it.</exception>
    public static async Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({LockNumber})", cancellationToken);
        await RunAsync(connection, "CREATE TABLE IF NOT EXISTS modelscan_schema (version integer NOT NULL)", cancellationToken);
        var version = await RunAsync(connection, "SELECT coalesce(max(version), 0) FROM modelscan_schema", cancellationToken) is int known ? known : 0;
        if (version > Version)
            throw new RequestStoreException($"the database has schema {version}, and this program knows {Version}: a later version wrote it");
        for (var step = version; step < Version; step++)
        {
            await RunAsync(connection, Steps[step], cancellationToken);
            await RunAsync(connection, $"INSERT INTO modelscan_schema (version) VALUES ({step + 1})", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The texts are this program's own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
