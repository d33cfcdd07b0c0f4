using System.Data;
using System.Data.Common;

namespace ModelScan.RoutingApi.ConversationState;

/// <summary>
/// Keeps responses in a database. SQLite and Postgres understand the same statements here, save for the names of types
/// (<see cref="SqlFlavor"/>). The table is made when it is not there; further columns would be added the same way.
/// </summary>
/// <remarks>
/// <code>
/// modelscan_responses
///   owner, id      primary key
///   previous_id    the response that it goes on from
///   expires_at     milliseconds since 1970; of all turns of a conversation the same
///   size           bytes
///   input, response  JSON in UTF-8
/// modelscan_response_items
///   owner, item_id   primary key; an item of an input or a response
///   response_id      where it stands; gone with that response
/// </code>
/// </remarks>
/// <param name="flavor">The database.</param>
/// <param name="mostTurns">Most turns of a conversation that are followed.</param>
internal sealed class SqlResponseStore(SqlFlavor flavor, int mostTurns) : IResponseStore
{
    private const string Columns = "id, owner, previous_id, created_at, model, account, is_held, input, response";

    private const int ItemsAtOnce = 50;

    // The turns of a conversation from its end to its beginning.
    private const string Chain = """
        WITH RECURSIVE chain(id, owner, previous_id, depth) AS (
          SELECT id, owner, previous_id, 1 FROM modelscan_responses WHERE owner = @owner AND id = @id
          UNION ALL
          SELECT r.id, r.owner, r.previous_id, c.depth + 1 FROM modelscan_responses r JOIN chain c ON r.owner = c.owner AND r.id = c.previous_id WHERE c.depth < @most)
        """;

    private readonly SemaphoreSlim _making = new(1);
    private volatile bool _isMade;

    /// <inheritdoc/>
    public string Name => flavor.Name;

    /// <inheritdoc/>
    public bool IsImmediate => false;

    /// <inheritdoc/>
    public async ValueTask<StoredConversation> ReadAsync(string owner, string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = Command(
            connection, $"{Chain} SELECT {Qualified} FROM chain c JOIN modelscan_responses r ON r.owner = c.owner AND r.id = c.id WHERE r.expires_at > @now",
            ("@owner", owner), ("@id", id), ("@most", mostTurns + 1), ("@now", now.ToUnixTimeMilliseconds()));
        var rows = new Dictionary<string, StoredResponse>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = Read(reader);
            rows[row.Id] = row;
        }

        return StoredConversation.Of(id, rows.GetValueOrDefault, mostTurns);
    }

    /// <inheritdoc/>
    public async ValueTask<StoredResponse?> FindAsync(string owner, string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await FindAsync(connection, owner, id, now, cancellationToken);
    }

    private static async ValueTask<StoredResponse?> FindAsync(DbConnection connection, string owner, string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection, $"SELECT {Columns} FROM modelscan_responses WHERE owner = @owner AND id = @id AND expires_at > @now",
            ("@owner", owner), ("@id", id), ("@now", now.ToUnixTimeMilliseconds()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, StoredResponse>> FindItemsAsync(string owner, IReadOnlyCollection<string> itemIds, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var chunk in itemIds.Chunk(ItemsAtOnce))
        {
            await using var command = Command(
                connection, $"SELECT item_id, response_id FROM modelscan_response_items WHERE owner = @owner AND item_id IN ({string.Join(", ", chunk.Select((_, i) => $"@i{i}"))})",
                [("@owner", owner), .. chunk.Select((id, i) => ($"@i{i}", (object?)id))]);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                places[reader.GetString(0)] = reader.GetString(1);
        }

        var found = new Dictionary<string, StoredResponse>(StringComparer.Ordinal);
        foreach (var place in places.GroupBy(place => place.Value, place => place.Key, StringComparer.Ordinal))
        {
            if (await FindAsync(connection, owner, place.Key, now, cancellationToken) is not { } response)
                continue;
            foreach (var item in place)
                found[item] = response;
        }

        return found;
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(IReadOnlyList<StoredResponse> responses, DateTimeOffset expiry, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var response in responses)
        {
            await using var command = Command(
                connection,
                """
                INSERT INTO modelscan_responses (owner, id, previous_id, created_at, expires_at, model, account, is_held, size, input, response)
                VALUES (@owner, @id, @previous, @created, @expires, @model, @account, @held, @size, @input, @response)
                ON CONFLICT (owner, id) DO UPDATE SET previous_id = excluded.previous_id, created_at = excluded.created_at, expires_at = excluded.expires_at, model = excluded.model,
                  account = excluded.account, is_held = excluded.is_held, size = excluded.size, input = excluded.input, response = excluded.response
                """,
                ("@owner", response.Owner), ("@id", response.Id), ("@previous", response.PreviousId), ("@created", response.CreatedAt.ToUnixTimeMilliseconds()), ("@expires", expiry.ToUnixTimeMilliseconds()),
                ("@model", response.Model), ("@account", response.Account), ("@held", response.IsHeld ? 1 : 0), ("@size", response.Size), ("@input", response.Input.ToArray()), ("@response", response.Response.ToArray()));
            command.Transaction = transaction;
            await command.ExecuteNonQueryAsync(cancellationToken);
            await WriteItemsAsync(connection, transaction, response, cancellationToken);
            if (response.PreviousId is null)
                continue;
            await using var refresh = Command(
                connection, $"{Chain} UPDATE modelscan_responses SET expires_at = @expires WHERE owner = @owner AND id IN (SELECT id FROM chain)",
                ("@owner", response.Owner), ("@id", response.PreviousId), ("@most", mostTurns), ("@expires", expiry.ToUnixTimeMilliseconds()));
            refresh.Transaction = transaction;
            await refresh.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string owner, string id, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = Command(connection, "DELETE FROM modelscan_responses WHERE owner = @owner AND id = @id", ("@owner", owner), ("@id", id));
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <inheritdoc/>
    public async ValueTask<int> PruneAsync(DateTimeOffset now, int maxResponses, long maxSize, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var expired = Command(connection, "DELETE FROM modelscan_responses WHERE expires_at <= @now", ("@now", now.ToUnixTimeMilliseconds()));
        var pruned = await expired.ExecuteNonQueryAsync(cancellationToken);
        await using var excess = Command(
            connection,
            """
            DELETE FROM modelscan_responses WHERE (owner, id) IN (
              SELECT owner, id FROM (
                SELECT owner, id, ROW_NUMBER() OVER newest AS place, SUM(size) OVER newest AS total FROM modelscan_responses
                WINDOW newest AS (ORDER BY expires_at DESC, created_at DESC, id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS ranked
              WHERE place > @responses OR total > @size)
            """,
            ("@responses", maxResponses), ("@size", maxSize));
        return pruned + await excess.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _making.Dispose();
        await flavor.DisposeAsync();
    }

    private static async ValueTask WriteItemsAsync(DbConnection connection, DbTransaction transaction, StoredResponse response, CancellationToken cancellationToken)
    {
        foreach (var chunk in response.ItemIds.Chunk(ItemsAtOnce))
        {
            await using var command = Command(
                connection,
                $"""
                INSERT INTO modelscan_response_items (owner, item_id, response_id) VALUES {string.Join(", ", chunk.Select((_, i) => $"(@owner, @i{i}, @id)"))}
                ON CONFLICT (owner, item_id) DO UPDATE SET response_id = excluded.response_id
                """,
                [("@owner", response.Owner), ("@id", response.Id), .. chunk.Select((id, i) => ($"@i{i}", (object?)id))]);
            command.Transaction = transaction;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static string Qualified => string.Join(", ", Columns.Split(", ").Select(name => $"r.{name}"));

    private static StoredResponse Read(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)))
    {
        PreviousId = reader.IsDBNull(2) ? null : reader.GetString(2),
        Model = reader.GetString(4),
        Account = reader.GetString(5),
        IsHeld = reader.GetInt32(6) != 0,
        Input = (byte[])reader.GetValue(7),
        Response = (byte[])reader.GetValue(8),
    };

    private async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = flavor.Create();
        try
        {
            await connection.OpenAsync(cancellationToken);
            if (!_isMade)
                await MakeAsync(connection, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async ValueTask MakeAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            if (_isMade)
                return;
            foreach (var statement in flavor.Schema)
            {
                await using var command = Command(connection, statement);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            _isMade = true;
        }
        finally
        {
            _making.Release();
        }
    }

    private static DbCommand Command(DbConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of this file; values are parameters.
        command.CommandText = text;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;

            // PostgreSQL's texts hold no NUL, and ids are what clients say.
            parameter.Value = value is string said ? said.Replace("\0", "\uFFFD", StringComparison.Ordinal) : value ?? DBNull.Value;
            if (value is null)
                parameter.DbType = DbType.String;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
