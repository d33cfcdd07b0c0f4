using Microsoft.Data.Sqlite;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>What a SQLite file holds at one moment: a read transaction of its own connection.</summary>
internal sealed class SqliteStoreReader : IStoreReader
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;

    /// <summary>Takes the connection over.</summary>
    public SqliteStoreReader(SqliteConnection connection)
    {
        _connection = connection;
        _transaction = connection.BeginTransaction(deferred: true);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<BlockPlace>> BlocksAsync(RequestId? from, RequestId? to, CancellationToken cancellationToken)
    {
        var blocks = new List<BlockPlace>();
        using var command = Command(
            "SELECT number, writer, first_id, last_id, records FROM blocks WHERE ($from IS NULL OR last_id >= $from) AND ($to IS NULL OR first_id < $to) ORDER BY last_id DESC",
            ("$from", from?.ToBytes()), ("$to", to?.ToBytes()));
        using var rows = Guard(command.ExecuteReader);
        while (Guard(rows.Read))
        {
            cancellationToken.ThrowIfCancellationRequested();
            blocks.Add(new BlockPlace(
                rows.GetInt64(0), rows.GetInt64(1), RequestId.Read(rows.GetFieldValue<byte[]>(2)), RequestId.Read(rows.GetFieldValue<byte[]>(3)), rows.GetInt32(4)));
        }

        return ValueTask.FromResult<IReadOnlyList<BlockPlace>>(blocks);
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> IndexAsync(BlockPlace block, CancellationToken cancellationToken) => Bytes("SELECT bytes FROM block_index WHERE number = $number", block, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<byte[]> DetailAsync(BlockPlace block, CancellationToken cancellationToken) => Bytes("SELECT bytes FROM block_detail WHERE number = $number", block, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<RequestBody?> BodyAsync(RequestId id, CancellationToken cancellationToken)
    {
        using var command = Command("SELECT request, response, input, is_cut, stream FROM bodies WHERE id = $id", ("$id", id.ToBytes()));
        using var rows = Guard(command.ExecuteReader);
        return ValueTask.FromResult(Guard(rows.Read)
            ? new RequestBody(id) { Request = Text(rows, 0), Response = Text(rows, 1), Input = Text(rows, 2), IsCut = rows.GetInt32(3) != 0, Stream = Text(rows, 4) }
            : null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RouteFeedback>> FeedbackAsync(RequestId first, RequestId last, CancellationToken cancellationToken)
    {
        var verdicts = new List<RouteFeedback>();
        using var command = Command("SELECT id, is_right, route, names, at FROM feedback WHERE id >= $first AND id <= $last", ("$first", first.ToBytes()), ("$last", last.ToBytes()));
        using var rows = Guard(command.ExecuteReader);
        while (Guard(rows.Read))
        {
            verdicts.Add(new RouteFeedback(
                RequestId.Read(rows.GetFieldValue<byte[]>(0)), rows.GetInt32(1) != 0, Text(rows, 2), rows.GetInt32(3) != 0, DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(4))));
        }

        return ValueTask.FromResult<IReadOnlyList<RouteFeedback>>(verdicts);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _transaction.Dispose();
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string? Text(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException exception)
        {
            throw new RequestStoreException(exception.Message, exception);
        }
    }

    private ValueTask<byte[]> Bytes(string sql, BlockPlace block, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var command = Command(sql, ("$number", block.Number));
        return ValueTask.FromResult(Guard(command.ExecuteScalar) as byte[] ?? throw new RequestStoreException("a block of records has no bytes"));
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this program's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = _transaction;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
