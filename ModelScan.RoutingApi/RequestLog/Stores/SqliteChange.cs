using Microsoft.Data.Sqlite;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>Makes a change in a SQLite file, within a transaction of the caller's.</summary>
internal static class SqliteChange
{
    /// <summary>Makes a change.</summary>
    /// <returns>What came of it.</returns>
    public static StoreChangeResult Apply(SqliteConnection connection, SqliteTransaction transaction, StoreChange change)
    {
        foreach (var block in change.Remove)
        {
            // A number alone does not do: another file may have a block of somebody else's under it.
            if (Run(
                "DELETE FROM blocks WHERE number = $number AND writer = $writer AND last_id = $last AND records = $records",
                ("$number", block.Number), ("$writer", block.Writer), ("$last", block.Last.ToBytes()), ("$records", block.Count)) == 0)
            {
                throw new RequestStoreException("a block of records is gone: another gateway changed the log") { IsConflict = true };
            }

            Run("DELETE FROM block_index WHERE number = $number", ("$number", block.Number));
            Run("DELETE FROM block_detail WHERE number = $number", ("$number", block.Number));
        }

        var added = new List<BlockPlace>(change.Add.Count);
        foreach (var block in change.Add)
        {
            Run(
                "INSERT INTO blocks (writer, first_id, last_id, records) VALUES ($writer, $first, $last, $records)",
                ("$writer", change.Writer), ("$first", block.First.ToBytes()), ("$last", block.Last.ToBytes()), ("$records", block.Count));
            var number = SqliteSchema.Number(connection, "SELECT last_insert_rowid()", transaction);
            Run("INSERT INTO block_index (number, bytes) VALUES ($number, $bytes)", ("$number", number), ("$bytes", block.Index));
            Run("INSERT INTO block_detail (number, bytes) VALUES ($number, $bytes)", ("$number", number), ("$bytes", block.Detail));
            added.Add(new BlockPlace(number, change.Writer, block.First, block.Last, block.Count));
        }

        foreach (var body in change.AddBodies)
        {
            Run(
                "INSERT OR REPLACE INTO bodies (id, request, response, input, is_cut, stream) VALUES ($id, $request, $response, $input, $cut, $stream)",
                ("$id", body.Id.ToBytes()), ("$request", body.Request), ("$response", body.Response), ("$input", body.Input), ("$cut", body.IsCut ? 1 : 0), ("$stream", body.Stream));
        }

        foreach (var id in change.RemoveBodies)
        {
            Run("DELETE FROM bodies WHERE id = $id", ("$id", id.ToBytes()));
            Run("DELETE FROM feedback WHERE id = $id", ("$id", id.ToBytes()));
        }

        var old = 0;
        if (change.RemoveBodiesBefore is { } before)
        {
            old = Run("DELETE FROM bodies WHERE id IN (SELECT id FROM bodies WHERE id < $id LIMIT $most)", ("$id", before.ToBytes()), ("$most", StoreChange.MaxBodiesBefore));
            Run("DELETE FROM feedback WHERE id IN (SELECT id FROM feedback WHERE id < $id LIMIT $most)", ("$id", before.ToBytes()), ("$most", StoreChange.MaxBodiesBefore));
        }

        foreach (var feedback in change.Feedback)
        {
            Run(
                "INSERT OR REPLACE INTO feedback (id, is_right, route, names, at) VALUES ($id, $right, $route, $names, $at)",
                ("$id", feedback.Id.ToBytes()), ("$right", feedback.IsRight ? 1 : 0), ("$route", feedback.Route), ("$names", feedback.Names ? 1 : 0), ("$at", feedback.At.ToUnixTimeMilliseconds()));
        }

        return new StoreChangeResult(added, old);

        int Run(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this program's own.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.Transaction = transaction;
            foreach (var (name, value) in parameters)
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            return command.ExecuteNonQuery();
        }
    }
}
