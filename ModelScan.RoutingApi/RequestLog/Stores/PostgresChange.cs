using Npgsql;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>Makes a change in a PostgreSQL database, within a transaction of the caller's.</summary>
internal static class PostgresChange
{
    /// <summary>Makes a change.</summary>
    /// <returns>How many bodies went because they are old.</returns>
    public static async Task<int> ApplyAsync(NpgsqlConnection connection, StoreChange change, CancellationToken cancellationToken)
    {
        if (change.Remove.Count > 0 && await RunAsync("DELETE FROM modelscan_blocks WHERE number = ANY($1)", change.Remove.Select(block => block.Number).ToArray()) != change.Remove.Count)
            throw new RequestStoreException("a block of records is gone: another gateway changed the log") { IsConflict = true };
        foreach (var block in change.Add)
        {
            // A server that goes away may have committed what it did not say: then the second try finds it there.
            await RunAsync(
                "INSERT INTO modelscan_blocks (writer, first_id, last_id, records, bytes, index_bytes, detail_bytes) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (writer, first_id, last_id, records) DO NOTHING",
                change.Writer, block.First.ToBytes(), block.Last.ToBytes(), block.Count, block.Index.Length + block.Detail.Length, block.Index, block.Detail);
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

        return old;

        async Task<int> RunAsync(string sql, params object[] values)
        {
#pragma warning disable CA2100 // The texts are this program's own.
            await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            foreach (var value in values)
                command.Parameters.Add(value is DBNull ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text } : new NpgsqlParameter { Value = value });
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    // PostgreSQL's texts hold no NUL.
    private static object Text(string? text) => text is null ? DBNull.Value : text.Replace("\0", "\uFFFD", StringComparison.Ordinal);
}
