namespace Hostile;

/// <summary>Where results are kept, if this runs from within the repository.</summary>
internal static class Places
{
    public static async Task WriteAsync(string name, string text)
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            var place = Path.Combine(folder.FullName, "bench", "hostile");
            if (!Directory.Exists(place) || !File.Exists(Path.Combine(folder.FullName, "ModelScan.sln")))
                continue;
            await File.WriteAllTextAsync(Path.Combine(place, name), text);
            return;
        }
    }
}
