using ModelScan.RoutingApi.RequestLog.Records;
using Npgsql;
using NpgsqlTypes;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>What a PostgreSQL database holds at one moment: a transaction of its own connection.</summary>
internal sealed class PostgresStoreReader(NpgsqlConnection connection, NpgsqlTransaction transaction) : IStoreReader
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<BlockPlace>> BlocksAsync(RequestId? from, RequestId? to, CancellationToken cancellationToken) => await RowsAsync(
        "SELECT number, writer, first_id, last_id, records FROM modelscan_blocks WHERE ($1 IS NULL OR last_id >= $1) AND ($2 IS NULL OR first_id < $2) ORDER BY last_id DESC",
        row => new BlockPlace(row.GetInt64(0), row.GetInt64(1), RequestId.Read(row.GetFieldValue<byte[]>(2)), RequestId.Read(row.GetFieldValue<byte[]>(3)), row.GetInt32(4)),
        cancellationToken, Bytes(from), Bytes(to));

    /// <inheritdoc/>
    public ValueTask<byte[]> IndexAsync(BlockPlace block, CancellationToken cancellationToken) => BytesAsync("SELECT index_bytes FROM modelscan_blocks WHERE number = $1", block, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<byte[]> DetailAsync(BlockPlace block, CancellationToken cancellationToken) => BytesAsync("SELECT detail_bytes FROM modelscan_blocks WHERE number = $1", block, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<RequestBody?> BodyAsync(RequestId id, CancellationToken cancellationToken) => (await RowsAsync(
        "SELECT request, response, input, is_cut, stream FROM modelscan_bodies WHERE id = $1",
        row => new RequestBody(id) { Request = Text(row, 0), Response = Text(row, 1), Input = Text(row, 2), IsCut = row.GetBoolean(3), Stream = Text(row, 4) },
        cancellationToken, Bytes(id))) is [var body, ..] ? body : null;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RouteFeedback>> FeedbackAsync(RequestId first, RequestId last, CancellationToken cancellationToken) => await RowsAsync(
        "SELECT id, is_right, route, names, at FROM modelscan_feedback WHERE id >= $1 AND id <= $2",
        row => new RouteFeedback(RequestId.Read(row.GetFieldValue<byte[]>(0)), row.GetBoolean(1), Text(row, 2), row.GetBoolean(3), row.GetFieldValue<DateTimeOffset>(4)),
        cancellationToken, Bytes(first), Bytes(last));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // The server went away meanwhile; nothing was changed.
        }

        await connection.DisposeAsync();
    }

    private static NpgsqlParameter Bytes(RequestId? id) => new() { Value = id is { } known ? known.ToBytes() : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private async ValueTask<byte[]> BytesAsync(string sql, BlockPlace block, CancellationToken cancellationToken) =>
        (await RowsAsync(sql, row => row.GetFieldValue<byte[]>(0), cancellationToken, new NpgsqlParameter { Value = block.Number })) is [var bytes] ? bytes : throw new RequestStoreException("a block of records has no bytes");

    private async ValueTask<IReadOnlyList<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        try
        {
            var rows = new List<T>();
#pragma warning disable CA2100 // The texts are this program's own.
            await using var command = new NpgsqlCommand(sql, connection, transaction);
#pragma warning restore CA2100
            command.Parameters.AddRange(parameters);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                rows.Add(read(reader));
            return rows;
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or InvalidOperationException)
        {
            throw PostgresRequestStore.Problem(connection.Host ?? "postgres", exception);
        }
    }
}
