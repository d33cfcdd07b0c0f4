using Spectre.Console;

namespace ModelScan.RoutingApi.Cli;

/// <summary>
/// Where commands write. A person at a terminal gets tables and colours; a pipe or a file gets the same words as plain lines, the columns
/// of a table apart by tabs.
/// </summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="terminal">The terminal behind <paramref name="output"/>; <see langword="null"/> where no person reads.</param>
internal sealed class CommandOutput(TextWriter output, TextWriter error, Lazy<IAnsiConsole>? terminal = null)
{
    public TextWriter Out => output;

    public TextWriter Error => error;

    /// <summary>The outputs of this process.</summary>
    public static CommandOutput OfProcess() =>
        Console.IsOutputRedirected ? new(Console.Out, Console.Error) : new(Console.Out, Console.Error, Terminal());

    // Loaded when something is written to it: a gateway that serves has no need of tables.
    private static Lazy<IAnsiConsole> Terminal() => new(static () => AnsiConsole.Console);

    /// <summary>Writes a line, its beginning emphasised for a person.</summary>
    public void Line(string emphasised, string rest = "", Style? style = null)
    {
        if (terminal is null)
            output.WriteLine(emphasised + rest);
        else
            terminal.Value.Write(new Paragraph(emphasised, style ?? new Style(decoration: Decoration.Bold)).Append($"{rest}\n"));
    }

    /// <summary>Writes rows under headings.</summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (terminal is null)
        {
            output.WriteLine(string.Join('\t', headings));
            foreach (var row in rows)
                output.WriteLine(string.Join('\t', row));
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        table.Columns[0].NoWrap();
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        terminal.Value.Write(table);
    }
}
