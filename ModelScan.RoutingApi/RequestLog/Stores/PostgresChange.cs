using Npgsql;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>Makes a change in a PostgreSQL database, within a transaction of the caller's.</summary>
internal static class PostgresChange
{
    /// <summary>Makes a change.</summary>
    /// <returns>What came of it.</returns>
    public static async Task<StoreChangeResult> ApplyAsync(NpgsqlConnection connection, StoreChange change, CancellationToken cancellationToken)
    {
        // A number alone does not do: another database may have a block of somebody else's under it.
        if (change.Remove.Count > 0 && await RunAsync(
            "DELETE FROM modelscan_blocks AS block USING unnest($1, $2, $3, $4) AS gone(number, writer, last_id, records) WHERE block.number = gone.number AND block.writer = gone.writer AND block.last_id = gone.last_id AND block.records = gone.records",
            change.Remove.Select(block => block.Number).ToArray(), change.Remove.Select(block => block.Writer).ToArray(),
            change.Remove.Select(block => block.Last.ToBytes()).ToArray(), change.Remove.Select(block => block.Count).ToArray()) != change.Remove.Count)
        {
            throw new RequestStoreException("a block of records is gone: another gateway changed the log") { IsConflict = true };
        }

        var added = new List<BlockPlace>(change.Add.Count);
        foreach (var block in change.Add)
        {
            // A server that goes away may have committed what it did not say: then the second try finds it there.
            await using var command = Command(
                "INSERT INTO modelscan_blocks (writer, first_id, last_id, records, bytes, index_bytes, detail_bytes) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (writer, first_id, last_id, records) DO UPDATE SET writer = excluded.writer RETURNING number",
                change.Writer, block.First.ToBytes(), block.Last.ToBytes(), block.Count, block.Index.Length + block.Detail.Length, block.Index, block.Detail);
            added.Add(new BlockPlace((long)(await command.ExecuteScalarAsync(cancellationToken))!, change.Writer, block.First, block.Last, block.Count));
        }

        foreach (var body in change.AddBodies)
        {
            await RunAsync(
                "INSERT INTO modelscan_bodies (id, request, response, input, is_cut, stream) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET request = excluded.request, response = excluded.response, input = excluded.input, is_cut = excluded.is_cut, stream = excluded.stream",
                body.Id.ToBytes(), Text(body.Request), Text(body.Response), Text(body.Input), body.IsCut, Text(body.Stream));
        }

        if (change.RemoveBodies.Count > 0)
        {
            object ids = change.RemoveBodies.Select(id => id.ToBytes()).ToArray(); // one parameter, not one for each
            await RunAsync("DELETE FROM modelscan_bodies WHERE id = ANY($1)", ids);
            await RunAsync("DELETE FROM modelscan_feedback WHERE id = ANY($1)", ids);
        }

        var old = 0;
        if (change.RemoveBodiesBefore is { } before)
        {
            old = await RunAsync("DELETE FROM modelscan_bodies WHERE id IN (SELECT id FROM modelscan_bodies WHERE id < $1 LIMIT $2)", before.ToBytes(), StoreChange.MaxBodiesBefore);
            await RunAsync("DELETE FROM modelscan_feedback WHERE id IN (SELECT id FROM modelscan_feedback WHERE id < $1 LIMIT $2)", before.ToBytes(), StoreChange.MaxBodiesBefore);
        }

        foreach (var feedback in change.Feedback)
        {
            await RunAsync(
                "INSERT INTO modelscan_feedback (id, is_right, route, names, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET is_right = excluded.is_right, route = excluded.route, names = excluded.names, at = excluded.at",
                feedback.Id.ToBytes(), feedback.IsRight, Text(feedback.Route), feedback.Names, feedback.At.UtcDateTime);
        }

        return new StoreChangeResult(added, old);

        async Task<int> RunAsync(string sql, params object[] values)
        {
            await using var command = Command(sql, values);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }

        NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
        {
#pragma warning disable CA2100 // The texts are this program's own.
            var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            foreach (var value in values)
                command.Parameters.Add(value is DBNull ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text } : new NpgsqlParameter { Value = value });
            return command;
        }
    }

    // PostgreSQL's texts hold no NUL.
    private static object Text(string? text) => text is null ? DBNull.Value : text.Replace("\0", "\uFFFD", StringComparison.Ordinal);
}
