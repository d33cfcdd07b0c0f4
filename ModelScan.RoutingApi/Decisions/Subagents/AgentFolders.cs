namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>
/// The definitions of agents that lie in folders on this machine, read when a configuration comes into force and again when files change
/// (<see cref="RefreshAsync"/>, away from requests). Requests read an immutable list.
/// </summary>
public sealed partial class AgentFolders(ILogger<AgentFolders> logger)
{
    private const int MostFiles = 512;
    private const int LargestFile = 256 * 1024;
    private const int Deepest = 4;

    private static readonly EnumerationOptions Listing = new() { RecurseSubdirectories = true, MaxRecursionDepth = Deepest, IgnoreInaccessible = true };

    private readonly Lock _reading = new();
    private IReadOnlyList<string> _folders = [];
    private IReadOnlyList<FileStamp> _seen = [];
    private IReadOnlyList<AgentDefinition> _definitions = [];

    /// <summary>The definitions; of two of the same name the one in the earlier folder.</summary>
    internal IReadOnlyList<AgentDefinition> Definitions => Volatile.Read(ref _definitions);

    /// <summary>Reads other folders from now on.</summary>
    /// <param name="folders">Their paths, relative to where the program runs; <c>~</c> is the person's home.</param>
    public void Use(IReadOnlyList<string> folders)
    {
        Volatile.Write(ref _folders, folders);
        Refresh();
    }

    /// <summary>Reads the folders again if anything in them has changed.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _folders).Count > 0)
            await Task.Run(Refresh, cancellationToken);
    }

    private void Refresh()
    {
        lock (_reading)
        {
            var files = Files(Volatile.Read(ref _folders));
            if (files.SequenceEqual(_seen))
                return;
            var definitions = files.Select(ReadFile).OfType<AgentDefinition>().DistinctBy(definition => definition.Name, StringComparer.OrdinalIgnoreCase).ToArray();
            _seen = files;
            Volatile.Write(ref _definitions, definitions);
            Log.Read(logger, definitions.Length, string.Join(", ", definitions.Select(definition => definition.Name)));
        }
    }

    private static List<FileStamp> Files(IReadOnlyList<string> folders)
    {
        var files = new List<FileStamp>();
        foreach (var folder in folders)
        {
            try
            {
                files.AddRange(new DirectoryInfo(PathOf(folder)).EnumerateFiles("*.md", Listing).Where(file => file.Length <= LargestFile).OrderBy(file => file.FullName, StringComparer.Ordinal)
                    .Take(MostFiles - files.Count).Select(file => new FileStamp(file.FullName, file.Length, file.LastWriteTimeUtc)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A folder that is not there has no agents in it.
            }
        }

        return files;
    }

    private AgentDefinition? ReadFile(FileStamp file)
    {
        try
        {
            return AgentDefinition.Read(file.Path, File.ReadAllText(file.Path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.Unreadable(logger, file.Path, exception);
            return null;
        }
    }

    private static string PathOf(string folder) => folder == "~" || folder.StartsWith("~/", StringComparison.Ordinal)
        ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), folder[1..])
        : Path.GetFullPath(folder);

    private readonly record struct FileStamp(string Path, long Length, DateTime Written);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} definitions of agents: {Names}")]
        public static partial void Read(ILogger logger, int count, string names);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The definition of an agent {Path} cannot be read")]
        public static partial void Unreadable(ILogger logger, string path, Exception exception);
    }
}
